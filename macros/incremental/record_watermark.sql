{% macro record_watermark(plan) -%}
    {%- set watermarks = storewatch.state_relation('build_watermarks') -%}
    {%- call statement('forget_watermark') -%}
        delete from {{ watermarks }} where model_name = '{{ model.name }}'
    {%- endcall -%}
    {%- call statement('record_watermark') -%}
        insert into {{ watermarks }}
            (model_name, load_id, as_of_date, definition_hash, rebuilt_from, invocation_id, built_at)
        select
            '{{ model.name }}',
            {{ plan.load_id }},
            {{ storewatch.date_literal(plan.settled_as_of) }},
            '{{ plan.definition_hash }}',
            {{ storewatch.date_literal(plan.rebuild_from) }},
            '{{ invocation_id }}',
            {{ storewatch.utc_now() }}
    {%- endcall -%}
{%- endmacro %}
