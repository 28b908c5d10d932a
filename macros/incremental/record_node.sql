{% macro record_node() -%}
    {#- A hook after every seed, view and table; dated models record themselves, with their rows. -#}
    {%- if storewatch.is_building() and model.config.materialized != 'incremental_by_date' -%}
        {%- set plan = storewatch.rebuild_plan() -%}
        {%- do plan.update({'version': plan.definition_hash}) -%}
        {%- do storewatch.record_watermark(plan) -%}
    {%- endif -%}
{%- endmacro %}
