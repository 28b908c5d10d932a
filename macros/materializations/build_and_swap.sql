{% macro build_and_swap(target_relation, existing, sql) -%}
    {#- The new table grows beside the old one under another name; readers keep the old one until
        both names change at once. -#}
    {%- set building = make_intermediate_relation(target_relation) -%}
    {%- set backup = make_backup_relation(
        target_relation, 'table' if existing is none else existing.type
    ) -%}
    {%- do adapter.drop_relation(building) -%}
    {%- do adapter.drop_relation(backup) -%}
    {%- call statement('main') -%}
        {{ storewatch.keyed_table_as(
            building, sql, config.get('primary_key'), config.get('indexes', default=[])
        ) }}
    {%- endcall -%}
    {%- do storewatch.refresh_statistics(building) -%}
    {%- do storewatch.swap_in(building, target_relation, existing, backup) -%}
    {{ return(backup) }}
{%- endmacro %}
