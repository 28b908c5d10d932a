{% macro audit_from() -%}
    {#- What the last build wrote again, and at least the last `audit_days` days: a test that reads
        the whole history each night would cost more every night. Models that no longer exist keep
        their watermark and do not count. -#}
    {%- set dated = [] -%}
    {%- for node in (graph.nodes.values() if execute else [])
        if node.config.materialized == 'incremental_by_date' -%}
        {%- do dated.append(node.name) -%}
    {%- endfor -%}
    (
        select min(least(
            watermarks.rebuilt_from,
            {{ storewatch.add_days('watermarks.as_of_date', -var('audit_days')) }}
        ))
        from {{ storewatch.state_relation('build_watermarks') }} as watermarks
        where watermarks.model_name in ('{{ dated | join("', '") }}')
    )
{%- endmacro %}
