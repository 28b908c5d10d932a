{% macro audit_from() -%}
    {#- What the last build wrote again, and at least the last `audit_days` days: a test that reads
        the whole history each night would cost more every night. -#}
    (
        select min(least(
            watermarks.rebuilt_from,
            {{ storewatch.add_days('watermarks.as_of_date', -var('audit_days')) }}
        ))
        from {{ storewatch.state_relation('build_watermarks') }} as watermarks
    )
{%- endmacro %}
