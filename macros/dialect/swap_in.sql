{% macro swap_in(building, target, existing, backup) -%}
    {{ return(adapter.dispatch('swap_in', 'storewatch')(building, target, existing, backup)) }}
{%- endmacro %}

{#- DDL is transactional: both renames become visible together, at the commit. -#}
{% macro default__swap_in(building, target, existing, backup) -%}
    {%- if existing is not none -%}
        {%- do adapter.rename_relation(existing, backup) -%}
    {%- endif -%}
    {%- do adapter.rename_relation(building, target) -%}
{%- endmacro %}

{#- RENAME TABLE moves both names in one atomic step; dbt-mysql's own rename drops the table first,
    so that a reader meets a missing one. -#}
{% macro mysql__swap_in(building, target, existing, backup) -%}
    {%- if existing is not none -%}
        {%- call statement('swap', auto_begin=False) -%}
            rename table {{ existing }} to {{ backup }}, {{ building }} to {{ target }}
        {%- endcall -%}
        {%- do adapter.cache_renamed(existing, backup) -%}
    {%- else -%}
        {%- call statement('swap', auto_begin=False) -%}
            rename table {{ building }} to {{ target }}
        {%- endcall -%}
    {%- endif -%}
    {%- do adapter.cache_renamed(building, target) -%}
{%- endmacro %}

{% macro mariadb__swap_in(building, target, existing, backup) -%}
    {%- do storewatch.mysql__swap_in(building, target, existing, backup) -%}
{%- endmacro %}
