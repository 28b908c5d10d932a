{% macro record_watermark(plan) -%}
    {%- do storewatch.forget_watermark() -%}
    {%- call statement('record_watermark') -%}
        insert into {{ storewatch.state_relation('build_watermarks') }}
            (
                model_name, load_id, as_of_date, definition_hash, version, rebuilt_from,
                invocation_id, built_at
            )
        select
            '{{ model.name }}',
            {{ plan.load_id }},
            {{ storewatch.date_literal(plan.settled_as_of) }},
            '{{ plan.definition_hash }}',
            '{{ plan.version }}',
            {{ storewatch.date_literal(plan.rebuild_from) }},
            '{{ invocation_id }}',
            {{ storewatch.utc_now() }}
    {%- endcall -%}
{%- endmacro %}
