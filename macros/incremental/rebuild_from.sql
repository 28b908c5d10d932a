{% macro rebuild_from() -%}
    {{ storewatch.date_literal(storewatch.rebuild_plan().rebuild_from) }}
{%- endmacro %}
