{% macro seconds_between(first_timestamp, last_timestamp) -%}
    {{ return(adapter.dispatch('seconds_between', 'storewatch')(first_timestamp, last_timestamp)) }}
{%- endmacro %}

{% macro default__seconds_between(first_timestamp, last_timestamp) -%}
    date_diff('second', {{ first_timestamp }}, {{ last_timestamp }})
{%- endmacro %}

{% macro mysql__seconds_between(first_timestamp, last_timestamp) -%}
    timestampdiff(second, {{ first_timestamp }}, {{ last_timestamp }})
{%- endmacro %}

{% macro mariadb__seconds_between(first_timestamp, last_timestamp) -%}
    {{ storewatch.mysql__seconds_between(first_timestamp, last_timestamp) }}
{%- endmacro %}
