{% macro hour_of(timestamp) -%}
    {{ return(adapter.dispatch('hour_of', 'storewatch')(timestamp)) }}
{%- endmacro %}

{% macro default__hour_of(timestamp) -%}
    cast(extract(hour from {{ timestamp }}) as bigint)
{%- endmacro %}

{% macro mysql__hour_of(timestamp) -%}
    hour({{ timestamp }})
{%- endmacro %}

{% macro mariadb__hour_of(timestamp) -%}
    {{ storewatch.mysql__hour_of(timestamp) }}
{%- endmacro %}
