{% macro in_millionths(expression) -%}
    floor({{ expression }} * 1e6 + 0.5)
{%- endmacro %}
