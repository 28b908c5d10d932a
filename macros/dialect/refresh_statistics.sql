{% macro refresh_statistics(relation) -%}
    {{ return(adapter.dispatch('refresh_statistics', 'storewatch')(relation)) }}
{%- endmacro %}

{% macro default__refresh_statistics(relation) -%}
{%- endmacro %}

{#- A new table has no statistics until a background thread comes by; joins planned before that may
    take minutes in place of seconds. It reads a few pages of each index. -#}
{% macro mysql__refresh_statistics(relation) -%}
    {%- do run_query('analyze table ' ~ relation) -%}
{%- endmacro %}

{% macro mariadb__refresh_statistics(relation) -%}
    {%- do storewatch.mysql__refresh_statistics(relation) -%}
{%- endmacro %}
