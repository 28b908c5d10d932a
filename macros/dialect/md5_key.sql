{% macro md5_key(expressions) -%}
    {{ return(adapter.dispatch('md5_key', 'storewatch')(expressions)) }}
{%- endmacro %}

{% macro default__md5_key(expressions) -%}
    md5(concat({{ expressions | join(", '|', ") }}))
{%- endmacro %}
