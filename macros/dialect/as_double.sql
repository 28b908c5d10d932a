{% macro as_double(expression) -%}
    {{ return(adapter.dispatch('as_double', 'storewatch')(expression)) }}
{%- endmacro %}

{% macro default__as_double(expression) -%}
    cast({{ expression }} as double)
{%- endmacro %}
