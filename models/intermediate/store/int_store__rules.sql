{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name', 'baseline_method'],
) }}

with

points as (

    select
        metric_date,
        entity_type,
        shop_no,
        metric_name,
        baseline_method,
        z_calibrated
    from {{ ref('int_store__baselines') }}
    where
        {{ since_rebuilt_dates('metric_date', 8 * var('spc_gap_days')) }}
        and is_evaluable = 1

),

ruled as (

    {{ spc_western_electric(
        'points', ['entity_type', 'shop_no', 'metric_name', 'baseline_method'], 'metric_date',
        'z_calibrated', gap_days=var('spc_gap_days')
    ) }}

),

final as (

    select
        -- ids
        metric_date,
        entity_type,
        shop_no,
        metric_name,
        baseline_method,

        -- booleans
        we_rule_1,
        we_rule_2,
        we_rule_3,
        we_rule_4,
        we_rule_5,

        -- numerics
        case when we_side_1 * z_calibrated > 0 then 1 else 0 end
        + case when we_side_2 * z_calibrated > 0 then 1 else 0 end
        + case when we_side_3 * z_calibrated > 0 then 1 else 0 end
        + case when we_side_4 * z_calibrated > 0 then 1 else 0 end
        + case when we_side_5 * z_calibrated > 0 then 1 else 0 end as rule_count
    from ruled
    where {{ in_rebuilt_dates('metric_date') }}

)

select * from final
