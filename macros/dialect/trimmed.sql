{% macro trimmed(column) -%}
    {{ return(adapter.dispatch('trimmed', 'storewatch')(column)) }}
{%- endmacro %}

{#- DuckDB's trim without a character also takes the ideographic space, which MySQL leaves. -#}
{% macro default__trimmed(column) -%}
    trim({{ column }}, ' ')
{%- endmacro %}

{% macro mysql__trimmed(column) -%}
    trim({{ column }})
{%- endmacro %}

{% macro mariadb__trimmed(column) -%}
    {{ storewatch.mysql__trimmed(column) }}
{%- endmacro %}
