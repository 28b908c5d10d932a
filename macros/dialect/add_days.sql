{% macro add_days(date, days) -%}
    {{ return(adapter.dispatch('add_days', 'storewatch')(date, days)) }}
{%- endmacro %}

{% macro default__add_days(date, days) -%}
    cast({{ date }} + cast({{ days }} as integer) as date)
{%- endmacro %}

{% macro mysql__add_days(date, days) -%}
    date_add({{ date }}, interval ({{ days }}) day)
{%- endmacro %}

{% macro mariadb__add_days(date, days) -%}
    {{ storewatch.mysql__add_days(date, days) }}
{%- endmacro %}
