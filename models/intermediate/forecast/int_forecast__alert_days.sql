{{ config(
    materialized='table',
    primary_key=['family', 'entity_type', 'entity_value', 'business_date'],
) }}

with

measures as (

    select * from {{ ref('int_forecast__alert_measures') }}

),

streaks as (

    select * from {{ ref('int_forecast__bias_streaks') }}

),

rules as (

    select * from {{ ref('forecast_alert_rules') }}

),

changes as (

    select
        now_week.period_type,
        now_week.entity_type,
        now_week.entity_value,
        now_week.business_date,
        100 * ({{ ratio('now_week.mape_pct', 'week_ago.mape_pct') }} - 1) as mape_change_pct
    from measures as now_week
    inner join measures as week_ago
        on
            week_ago.period_type = now_week.period_type
            and week_ago.entity_type = now_week.entity_type
            and week_ago.entity_value = now_week.entity_value
            and week_ago.business_date = {{ add_days('now_week.business_date', -7) }}
    where now_week.period_type = 'last_7d'

),

evaluated as (

    {% for measure in ['mape_pct', 'coverage_pct'] -%}
    select
        period_type,
        entity_type,
        entity_value,
        business_date,
        '{{ measure }}' as measure,
        {{ measure }} as metric_value,
        0 as streak_days
    from measures
    where {{ measure }} is not null

    union all

    {% endfor -%}
    select
        period_type,
        entity_type,
        entity_value,
        business_date,
        'mape_change_pct' as measure,
        mape_change_pct as metric_value,
        0 as streak_days
    from changes
    where mape_change_pct is not null

    union all

    select
        'daily' as period_type,
        entity_type,
        entity_value,
        business_date,
        'mfe' as measure,
        mfe as metric_value,
        streak_days
    from streaks

),

judged as (

    select
        rules.family,
        rules.rule_id,
        rules.severity,
        evaluated.entity_type,
        evaluated.entity_value,
        evaluated.business_date,
        evaluated.metric_value,
        case
            when rules.comparison = 'above' and evaluated.metric_value > rules.threshold then 1
            when rules.comparison = 'below' and evaluated.metric_value < rules.threshold then 1
            when
                rules.comparison = 'change_beyond' and abs(evaluated.metric_value) > rules.threshold
                then 1
            when rules.comparison = 'same_sign' and evaluated.streak_days >= rules.min_days then 1
            else 0
        end as is_active
    from evaluated
    inner join rules
        on
            rules.entity_type = evaluated.entity_type
            and rules.period_type = evaluated.period_type
            and rules.measure = evaluated.measure

),

-- Several rules of a family may look at the same day: the most severe one that holds speaks for it.
ranked as (

    select
        *,
        row_number() over (
            partition by family, entity_type, entity_value, business_date
            order by is_active desc, severity asc, rule_id asc
        ) as most_severe_first
    from judged

),

final as (

    select
        -- ids
        family,
        entity_type,
        entity_value,
        business_date,

        -- strings
        rule_id,
        severity,

        -- numerics
        metric_value,

        -- booleans
        is_active
    from ranked
    where most_severe_first = 1

)

select * from final
