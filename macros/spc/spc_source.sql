{% macro spc_source(relation, partition_by, order_by, value, gap_days, prefix) -%}
    {%- if gap_days is none -%}
        {{ relation }}
    {%- else -%}
        ({{ storewatch.spc_segments(relation, partition_by, order_by, value, gap_days, prefix) }})
    {%- endif -%}
{%- endmacro %}
