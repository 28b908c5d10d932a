{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name'],
    indexes=[['shop_no', 'metric_date'], ['severity']],
) }}

with

judged_days as (

    select *
    from {{ ref('int_store__judged_days') }}
    where
        {{ in_rebuilt_dates('metric_date') }}
        and severity is not null

),

final as (

    select
        -- ids
        shop_no,
        metric_date,
        metric_name,
        entity_type,

        -- strings
        dimension,
        method_used,
        severity,
        uncapped_severity,
        capped_by,
        not_evaluable_reason,

        -- numerics
        metric_value,
        {{ original('center', 'scale_transform') }} as center_line,
        z_score,
        z_calibrated,
        rule_count,

        -- booleans
        we_rule_1,
        we_rule_2,
        we_rule_3,
        we_rule_4,
        we_rule_5,
        is_unfavourable
    from judged_days

)

select * from final
