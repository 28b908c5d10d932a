{% macro as_string(expression, length) -%}
    {{ return(adapter.dispatch('as_string', 'storewatch')(expression, length)) }}
{%- endmacro %}

{% macro default__as_string(expression, length) -%}
    cast({{ expression }} as varchar({{ length }}))
{%- endmacro %}

{#- char(n) is the only string type CAST knows here; the column it makes is a varchar. -#}
{% macro mysql__as_string(expression, length) -%}
    cast({{ expression }} as char({{ length }}))
{%- endmacro %}

{% macro mariadb__as_string(expression, length) -%}
    {{ storewatch.mysql__as_string(expression, length) }}
{%- endmacro %}
