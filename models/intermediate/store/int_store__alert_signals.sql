{{ config(
    date_column='metric_date',
    primary_key=[
        'metric_date', 'family', 'entity_type', 'shop_no', 'dimension', 'metric_name', 'rule_id',
    ],
) }}

with

-- Flags of the two days before count when a rule asks for several within a few days.
judged_days as (

    select *
    from {{ ref('int_store__judged_days') }}
    where
        {{ since_rebuilt_dates('metric_date', 7) }}
        and can_page = 1
        and is_warm_up = 0
        and z_calibrated is not null

),

shifts as (

    select *
    from {{ ref('int_store__shifts') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

weighted_scores as (

    select *
    from {{ ref('int_store__weighted_scores') }}
    where {{ since_rebuilt_dates('metric_date', 1) }}

),

no_activity_days as (

    select *
    from {{ ref('int_store__no_activity_days') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

rules as (

    select * from {{ ref('store_alert_rules') }}

),

flagged as (

    select
        judged_days.*,
        case when judged_days.severity = 'CRITICAL' then 1 else 0 end as is_critical_flag
    from judged_days

),

-- A rule asks for a number of flags within a number of days that end today.
repeated as (

    select
        today.metric_date,
        today.entity_type,
        today.shop_no,
        today.metric_name,
        count(*) as n_flags
    from flagged as today
    inner join rules
        on rules.rule_id = 'repeated_critical_flag'
    inner join flagged as recent
        on
            recent.entity_type = today.entity_type
            and recent.shop_no = today.shop_no
            and recent.metric_name = today.metric_name
            and {{ days_between('recent.metric_date', 'today.metric_date') }}
            between 0 and rules.within_days - 1
    where
        today.is_critical_flag = 1
        and recent.is_critical_flag = 1
    group by today.metric_date, today.entity_type, today.shop_no, today.metric_name

),

-- Which side of a sum may signal follows from the polarity; both sides of a two-sided KPI count.
-- The memory keeps the sum of one side up while the other rises, so each has its own comparison.
kpi_states as (

    select
        flagged.metric_date,
        flagged.entity_type,
        flagged.shop_no,
        flagged.dimension,
        flagged.metric_name,
        abs(flagged.z_calibrated) as strength,
        flagged.is_critical_flag,
        coalesce(repeated.n_flags, 0) as n_critical_flags,
        case when flagged.is_unfavourable = 1 then flagged.rule_count else 0 end
            as n_unfavourable_rules,
        case
            when
                kpis.polarity <> 'higher_is_better'
                and shifts.warning_cusum_high > shifts.warning_h + 1e-9
                then 1
            when
                kpis.polarity <> 'lower_is_better'
                and shifts.warning_cusum_low > shifts.warning_h + 1e-9
                then 1
            else 0
        end as is_warning_shift,
        case
            when
                kpis.polarity <> 'higher_is_better'
                and shifts.critical_cusum_high > shifts.critical_h + 1e-9
                then 1
            when
                kpis.polarity <> 'lower_is_better'
                and shifts.critical_cusum_low > shifts.critical_h + 1e-9
                then 1
            else 0
        end as is_critical_shift
    from flagged
    inner join kpis
        on kpis.metric_name = flagged.metric_name
    left join shifts
        on
            shifts.metric_date = flagged.metric_date
            and shifts.entity_type = flagged.entity_type
            and shifts.shop_no = flagged.shop_no
            and shifts.metric_name = flagged.metric_name
    left join repeated
        on
            repeated.metric_date = flagged.metric_date
            and repeated.entity_type = flagged.entity_type
            and repeated.shop_no = flagged.shop_no
            and repeated.metric_name = flagged.metric_name
    where {{ in_rebuilt_dates('flagged.metric_date') }}

),

kpi_signals as (

    select
        kpi_states.metric_date,
        case when kpi_states.entity_type = 'store' then 'kpi' else 'peer_group' end as family,
        kpi_states.entity_type,
        kpi_states.shop_no,
        kpi_states.dimension,
        kpi_states.metric_name,
        kpi_states.strength,
        rules.rule_id,
        rules.severity
    from kpi_states
    inner join rules
        on
            rules.family = 'kpi'
            and (
                (rules.rule_id = 'warning_cusum' and kpi_states.is_warning_shift = 1)
                or (rules.rule_id = 'critical_cusum' and kpi_states.is_critical_shift = 1)
                or (rules.rule_id = 'critical_flag' and kpi_states.is_critical_flag = 1)
                or (
                    rules.rule_id = 'repeated_critical_flag'
                    and rules.min_days <= kpi_states.n_critical_flags
                )
                or (
                    rules.rule_id = 'two_rules'
                    and rules.threshold <= kpi_states.n_unfavourable_rules
                )
            )

),

-- A score that rests on stand-in methods is not yet worth a page.
health_signals as (

    select
        today.metric_date,
        'health' as family,
        'store' as entity_type,
        today.shop_no,
        'overall' as dimension,
        today.worst_metric_name as metric_name,
        100 - today.health_score as strength,
        rules.rule_id,
        case
            when today.weight_settled_pct >= rules.min_weight_pct then rules.severity
            else 'WARNING'
        end as severity
    from weighted_scores as today
    inner join weighted_scores as yesterday
        on
            yesterday.shop_no = today.shop_no
            and yesterday.metric_date = {{ add_days('today.metric_date', -1) }}
    inner join rules
        on
            rules.family = 'health'
            and rules.threshold > today.health_score
            and rules.min_weight_pct <= today.weight_covered_pct
            and rules.threshold > yesterday.health_score
            and rules.min_weight_pct <= yesterday.weight_covered_pct
    where
        {{ in_rebuilt_dates('today.metric_date') }}
        and today.store_day_number > {{ var('store_warmup_days') }}

),

no_activity_signals as (

    select
        no_activity_days.metric_date,
        'no_activity' as family,
        'store' as entity_type,
        no_activity_days.shop_no,
        'revenue' as dimension,
        'order_count' as metric_name,
        0e0 as strength,
        rules.rule_id,
        rules.severity
    from no_activity_days
    inner join rules
        on
            rules.family = 'no_activity'
            and rules.min_days <= 1 + no_activity_days.was_no_activity
    where
        no_activity_days.is_no_activity = 1
        and no_activity_days.store_day_number > {{ var('store_warmup_days') }}

),

stacked as (

    select * from kpi_signals

    union all

    select * from health_signals

    union all

    select * from no_activity_signals

),

final as (

    select
        -- ids
        metric_date,
        {{ as_string('family', 16) }} as family,
        {{ as_string('entity_type', 16) }} as entity_type,
        {{ as_string('shop_no', 64) }} as shop_no,
        {{ as_string('dimension', 16) }} as dimension,
        {{ as_string('metric_name', 32) }} as metric_name,
        rule_id,

        -- strings
        {{ as_string('severity', 8) }} as severity,

        -- numerics
        strength
    from stacked

)

select * from final
