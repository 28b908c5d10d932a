{% macro store_dimension_names() -%}
    {{ return(['revenue', 'operations', 'quality', 'staffing', 'customer']) }}
{%- endmacro %}
