{% macro extreme_date(extreme, date, condition) -%}
    {%- if extreme not in ('min', 'max') -%}
        {%- do exceptions.raise_compiler_error(
            "extreme_date: extreme is '" ~ extreme ~ "', expected min or max"
        ) -%}
    {%- endif -%}
    {{ return(adapter.dispatch('extreme_date', 'storewatch')(extreme, date, condition)) }}
{%- endmacro %}

{% macro default__extreme_date(extreme, date, condition) -%}
    {{ extreme }}(case when {{ condition }} then {{ date }} end)
{%- endmacro %}

{#- Of dates that stand in a temporary table MySQL 9 makes 0000-00-00 where none meets the condition, and
    refuses to store it. Timestamps stay NULL. -#}
{% macro mysql__extreme_date(extreme, date, condition) -%}
    cast({{ extreme }}(case when {{ condition }} then cast({{ date }} as datetime) end) as date)
{%- endmacro %}

{% macro mariadb__extreme_date(extreme, date, condition) -%}
    {{ storewatch.default__extreme_date(extreme, date, condition) }}
{%- endmacro %}
