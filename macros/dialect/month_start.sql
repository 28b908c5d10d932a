{% macro month_start(date) -%}
    {{ return(adapter.dispatch('month_start', 'storewatch')(date)) }}
{%- endmacro %}

{% macro default__month_start(date) -%}
    cast(date_trunc('month', {{ date }}) as date)
{%- endmacro %}

{% macro mysql__month_start(date) -%}
    date_sub({{ date }}, interval (day({{ date }}) - 1) day)
{%- endmacro %}

{% macro mariadb__month_start(date) -%}
    {{ storewatch.mysql__month_start(date) }}
{%- endmacro %}
