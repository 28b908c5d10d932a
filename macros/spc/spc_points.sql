{% macro spc_points(partition_by, order_by, value, segment=none) -%}
    {%- set columns = [partition_by] if partition_by is string else partition_by | list -%}
    {#- Rows without a value get a partition of their own, so that they neither break nor extend a run:
        in the other one, the row before is the point before. -#}
    {%- set columns = columns + ['case when ' ~ value ~ ' is null then 1 else 0 end'] -%}
    {%- set columns = columns + ([segment] if segment else []) -%}
    partition by {{ columns | join(', ') }} order by {{ order_by }}
{%- endmacro %}
