{% macro settle_collation(relation) -%}
    {{ return(adapter.dispatch('settle_collation', 'storewatch')(relation)) }}
{%- endmacro %}

{% macro default__settle_collation(relation) -%}
{%- endmacro %}

{#- dbt creates seed tables in the schema's collation, which may be blind to case: the same seed would
    then mean other things than on DuckDB. -#}
{% macro mysql__settle_collation(relation) -%}
    alter table {{ relation }} convert to character set utf8mb4 collate utf8mb4_bin
{%- endmacro %}

{% macro mariadb__settle_collation(relation) -%}
    {{ storewatch.mysql__settle_collation(relation) }}
{%- endmacro %}
