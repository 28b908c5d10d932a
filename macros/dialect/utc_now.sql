{% macro utc_now() -%}
    {{ return(adapter.dispatch('utc_now', 'storewatch')()) }}
{%- endmacro %}

{% macro default__utc_now() -%}
    cast(current_timestamp at time zone 'UTC' as timestamp)
{%- endmacro %}

{% macro mysql__utc_now() -%}
    utc_timestamp()
{%- endmacro %}

{% macro mariadb__utc_now() -%}
    {{ storewatch.mysql__utc_now() }}
{%- endmacro %}
