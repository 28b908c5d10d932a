{% macro days_between(first_date, last_date) -%}
    {{ return(adapter.dispatch('days_between', 'storewatch')(first_date, last_date)) }}
{%- endmacro %}

{% macro default__days_between(first_date, last_date) -%}
    date_diff('day', {{ first_date }}, {{ last_date }})
{%- endmacro %}

{% macro mysql__days_between(first_date, last_date) -%}
    datediff({{ last_date }}, {{ first_date }})
{%- endmacro %}

{% macro mariadb__days_between(first_date, last_date) -%}
    {{ storewatch.mysql__days_between(first_date, last_date) }}
{%- endmacro %}
