{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'family', 'entity_type', 'shop_no', 'dimension'],
) }}

with

judged_days as (

    select *
    from {{ ref('int_store__judged_days') }}
    where
        {{ in_rebuilt_dates('metric_date') }}
        and can_page = 1
        and z_calibrated is not null

),

weighted_scores as (

    select *
    from {{ ref('int_store__weighted_scores') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

no_activity_days as (

    select *
    from {{ ref('int_store__no_activity_days') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

signals as (

    select *
    from {{ ref('int_store__alert_signals') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

rules as (

    select * from {{ ref('store_alert_rules') }}

),

health_weights as (

    select min(min_weight_pct) as min_weight_pct
    from rules
    where family = 'health'

),

-- What could be judged on a day: only such days can be quiet.
evaluable_days as (

    select distinct
        metric_date,
        {{ as_string("case when entity_type = 'store' then 'kpi' else 'peer_group' end", 16) }}
            as family,
        {{ as_string('entity_type', 16) }} as entity_type,
        {{ as_string('shop_no', 64) }} as shop_no,
        {{ as_string('dimension', 16) }} as dimension
    from judged_days

    union all

    select
        weighted_scores.metric_date,
        {{ as_string("'health'", 16) }} as family,
        {{ as_string("'store'", 16) }} as entity_type,
        {{ as_string('weighted_scores.shop_no', 64) }} as shop_no,
        {{ as_string("'overall'", 16) }} as dimension
    from weighted_scores
    cross join health_weights
    where
        weighted_scores.health_score is not null
        and weighted_scores.weight_covered_pct >= health_weights.min_weight_pct

    union all

    select
        metric_date,
        {{ as_string("'no_activity'", 16) }} as family,
        {{ as_string("'store'", 16) }} as entity_type,
        {{ as_string('shop_no', 64) }} as shop_no,
        {{ as_string("'revenue'", 16) }} as dimension
    from no_activity_days

),

-- The last digits of a strength differ between engines and must not decide.
ranked_signals as (

    select
        signals.*,
        row_number() over (
            partition by
                signals.metric_date, signals.family, signals.entity_type, signals.shop_no,
                signals.dimension
            order by signals.severity asc, rules.priority asc, signals.metric_name asc
        ) as speaks_first,
        row_number() over (
            partition by
                signals.metric_date, signals.family, signals.entity_type, signals.shop_no,
                signals.dimension
            order by
                signals.severity asc,
                {{ in_millionths('signals.strength') }} desc,
                signals.metric_name asc
        ) as drives_first
    from signals
    inner join rules
        on rules.rule_id = signals.rule_id

),

-- CRITICAL comes before WARNING in the alphabet, which is all the order that is needed.
daily_signals as (

    select
        metric_date,
        family,
        entity_type,
        shop_no,
        dimension,
        min(severity) as severity,
        max(case when speaks_first = 1 then rule_id end) as rule_id,
        max(case when drives_first = 1 then metric_name end) as driver_metric_name
    from ranked_signals
    group by metric_date, family, entity_type, shop_no, dimension

),

final as (

    select
        -- ids
        evaluable_days.metric_date,
        evaluable_days.family,
        evaluable_days.entity_type,
        evaluable_days.shop_no,
        evaluable_days.dimension,

        -- strings
        daily_signals.severity,
        daily_signals.rule_id,
        daily_signals.driver_metric_name,

        -- booleans
        case when daily_signals.severity is not null then 1 else 0 end as is_active
    from evaluable_days
    left join daily_signals
        on
            daily_signals.metric_date = evaluable_days.metric_date
            and daily_signals.family = evaluable_days.family
            and daily_signals.entity_type = evaluable_days.entity_type
            and daily_signals.shop_no = evaluable_days.shop_no
            and daily_signals.dimension = evaluable_days.dimension

)

select * from final
