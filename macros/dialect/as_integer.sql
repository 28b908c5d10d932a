{% macro as_integer(expression) -%}
    {{ return(adapter.dispatch('as_integer', 'storewatch')(expression)) }}
{%- endmacro %}

{% macro default__as_integer(expression) -%}
    cast({{ expression }} as bigint)
{%- endmacro %}

{% macro mysql__as_integer(expression) -%}
    cast({{ expression }} as signed)
{%- endmacro %}

{% macro mariadb__as_integer(expression) -%}
    {{ storewatch.mysql__as_integer(expression) }}
{%- endmacro %}
