{% macro add_seconds(timestamp, seconds) -%}
    {{ return(adapter.dispatch('add_seconds', 'storewatch')(timestamp, seconds)) }}
{%- endmacro %}

{% macro default__add_seconds(timestamp, seconds) -%}
    ({{ timestamp }} + to_seconds({{ seconds }}))
{%- endmacro %}

{% macro mysql__add_seconds(timestamp, seconds) -%}
    date_add({{ timestamp }}, interval ({{ seconds }}) second)
{%- endmacro %}

{% macro mariadb__add_seconds(timestamp, seconds) -%}
    {{ storewatch.mysql__add_seconds(timestamp, seconds) }}
{%- endmacro %}
