{#-
    The decline of the 8th Avenue flagship as the alarm saw it: one row per day from 15 October 2025
    on which a rule, a flag or an alert had something to say about its revenue.

    Run it with `dbt compile --select eighth_avenue` or `dbt show --select eighth_avenue`; another
    store is looked at with --vars '{flagship: US00002}'.
-#}

{%- set flagship = var('flagship', 'US00001') %}
{%- set first_date = date_literal('2025-10-15') %}

with

judged_days as (

    select *
    from {{ ref('int_store__judged_days') }}
    where
        entity_type = 'store'
        and shop_no = '{{ flagship }}'
        and metric_name = 'revenue'
        and metric_date >= {{ first_date }}

),

shifts as (

    select *
    from {{ ref('int_store__shifts') }}
    where
        entity_type = 'store'
        and shop_no = '{{ flagship }}'
        and metric_name = 'revenue'

),

alert_days as (

    select *
    from {{ ref('int_store__alert_days') }}
    where
        family = 'kpi'
        and entity_type = 'store'
        and shop_no = '{{ flagship }}'
        and dimension = 'revenue'

),

episodes as (

    select *
    from {{ ref('int_store__alert_episodes') }}
    where
        family = 'kpi'
        and entity_type = 'store'
        and shop_no = '{{ flagship }}'
        and dimension = 'revenue'

),

final as (

    select
        -- ids
        judged_days.metric_date,

        -- strings
        judged_days.method_used,
        judged_days.severity as flag_severity,
        alert_days.rule_id as alert_rule,
        case
            when episodes.opened_on is null then 'none'
            when judged_days.metric_date >= episodes.critical_on then 'CRITICAL'
            else 'WARNING'
        end as alert_state,

        -- numerics
        judged_days.metric_value as revenue,
        {{ original('judged_days.center', 'judged_days.scale_transform') }} as center_line,
        judged_days.z_score,
        judged_days.z_calibrated,
        judged_days.rule_count,
        shifts.warning_cusum_low,
        shifts.warning_h,
        shifts.critical_cusum_low,
        shifts.critical_h,

        -- booleans
        judged_days.we_rule_1,
        judged_days.we_rule_2,
        judged_days.we_rule_3,
        judged_days.we_rule_4,
        judged_days.we_rule_5
    from judged_days
    left join shifts
        on shifts.metric_date = judged_days.metric_date
    left join alert_days
        on alert_days.metric_date = judged_days.metric_date
    left join episodes
        on
            episodes.opened_on <= judged_days.metric_date
            and (episodes.closed_on is null or episodes.closed_on > judged_days.metric_date)
    where
        judged_days.severity is not null
        or alert_days.severity is not null
        or episodes.opened_on is not null

)

select * from final
order by metric_date
