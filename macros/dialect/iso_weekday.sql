{% macro iso_weekday(date) -%}
    {{ return(adapter.dispatch('iso_weekday', 'storewatch')(date)) }}
{%- endmacro %}

{% macro default__iso_weekday(date) -%}
    cast(extract(isodow from {{ date }}) as integer)
{%- endmacro %}

{% macro mysql__iso_weekday(date) -%}
    (weekday({{ date }}) + 1)
{%- endmacro %}

{% macro mariadb__iso_weekday(date) -%}
    {{ storewatch.mysql__iso_weekday(date) }}
{%- endmacro %}
