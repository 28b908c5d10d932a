{% macro string_list(expression, order_by, length) -%}
    {{ return(adapter.dispatch('string_list', 'storewatch')(expression, order_by, length)) }}
{%- endmacro %}

{% macro default__string_list(expression, order_by, length) -%}
    cast(string_agg({{ expression }}, ',' order by {{ order_by }}) as varchar({{ length }}))
{%- endmacro %}

{% macro mysql__string_list(expression, order_by, length) -%}
    cast(group_concat({{ expression }} order by {{ order_by }} separator ',') as char({{ length }}))
{%- endmacro %}

{% macro mariadb__string_list(expression, order_by, length) -%}
    {{ storewatch.mysql__string_list(expression, order_by, length) }}
{%- endmacro %}
