{% macro keyed_table_as(relation, sql, primary_key, indexes) -%}
    {{ return(adapter.dispatch('keyed_table_as', 'storewatch')(relation, sql, primary_key, indexes)) }}
{%- endmacro %}

{#- An engine without clustered keys gets the rows alone: the key tests pin the grain everywhere. -#}
{% macro default__keyed_table_as(relation, sql, primary_key, indexes) -%}
    create table {{ relation }} as
    {{ sql }}
{%- endmacro %}

{#- Keys stand in the statement that makes the table, so that it never exists without them. -#}
{% macro mysql__keyed_table_as(relation, sql, primary_key, indexes) -%}
    {%- set keys = [] -%}
    {%- if primary_key -%}
        {%- do keys.append('primary key (' ~ primary_key | join(', ') ~ ')') -%}
    {%- endif -%}
    {%- for columns in indexes -%}
        {%- do keys.append('index (' ~ columns | join(', ') ~ ')') -%}
    {%- endfor -%}
    create table {{ relation }}
    {%- if keys %} ({{ keys | join(', ') }}){% endif %}
    engine = InnoDB default character set utf8mb4 collate utf8mb4_bin as
    {{ sql }}
{%- endmacro %}

{% macro mariadb__keyed_table_as(relation, sql, primary_key, indexes) -%}
    {{ storewatch.mysql__keyed_table_as(relation, sql, primary_key, indexes) }}
{%- endmacro %}
