{% macro month_end(date) -%}
    {{ return(adapter.dispatch('month_end', 'storewatch')(date)) }}
{%- endmacro %}

{#- MySQL, MariaDB, DuckDB and Spark agree here; an engine that does not adds its own version. -#}
{% macro default__month_end(date) -%}
    last_day({{ date }})
{%- endmacro %}
