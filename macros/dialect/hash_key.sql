{% macro hash_key(expressions) -%}
    {{ return(adapter.dispatch('hash_key', 'storewatch')(expressions)) }}
{%- endmacro %}

{% macro default__hash_key(expressions) -%}
    left(sha256(concat({{ expressions | join(", '|', ") }})), 32)
{%- endmacro %}

{#- Not MD5: MySQL took it out in 9.6. -#}
{% macro mysql__hash_key(expressions) -%}
    left(sha2(concat({{ expressions | join(", '|', ") }}), 256), 32)
{%- endmacro %}

{% macro mariadb__hash_key(expressions) -%}
    {{ storewatch.mysql__hash_key(expressions) }}
{%- endmacro %}
