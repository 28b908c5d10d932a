{% macro spc_series(partition_by, order_by=none) -%}
    {%- set columns = [partition_by] if partition_by is string else partition_by -%}
    {{- 'partition by ' ~ columns | join(', ') if columns -}}
    {{- ' order by ' ~ order_by if order_by -}}
{%- endmacro %}
