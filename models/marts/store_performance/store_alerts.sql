{{ config(
    materialized='table',
    primary_key=['alert_id'],
    indexes=[['status', 'severity'], ['shop_no', 'opened_on']],
    post_hook=["{{ register_alerts() }}"],
) }}

with

episodes as (

    select * from {{ ref('int_store__alert_episodes') }}

),

levels as (

    select * from {{ ref('int_store__alert_levels') }}

),

feedback as (

    select * from {{ ref('int_store__alert_feedback') }}

),

factors as (

    select
        family,
        entity_type,
        shop_no,
        dimension,
        opened_on,
        abs(max(case when metric_name = 'order_count' then mean_alarm - mean_before end))
            as order_count_change,
        abs(max(case when metric_name = 'aov' then mean_alarm - mean_before end)) as aov_change
    from levels
    where
        dimension = 'revenue'
        and family in ('kpi', 'peer_group')
    group by family, entity_type, shop_no, dimension, opened_on

),

described as (

    select
        episodes.*,
        {{ add_days('episodes.last_seen_on', var('alert_review_days')) }} as reviewed_on,
        levels.level_before,
        levels.level_alarm,
        levels.level_now,
        abs(levels.mean_now - levels.mean_before) as distance_to_before,
        abs(levels.mean_now - levels.mean_alarm) as distance_to_alarm,
        100 * abs({{ ratio('levels.level_now', 'levels.level_before') }} - 1) as change_pct,
        factors.order_count_change,
        factors.aov_change,
        feedback.verdict,
        feedback.snoozed_until,
        feedback.acknowledged_at
    from episodes
    left join levels
        on
            levels.family = episodes.family
            and levels.entity_type = episodes.entity_type
            and levels.shop_no = episodes.shop_no
            and levels.dimension = episodes.dimension
            and levels.opened_on = episodes.opened_on
            and levels.metric_name = episodes.driver_metric_name
    left join factors
        on
            factors.family = episodes.family
            and factors.entity_type = episodes.entity_type
            and factors.shop_no = episodes.shop_no
            and factors.dimension = episodes.dimension
            and factors.opened_on = episodes.opened_on
    left join feedback
        on
            feedback.family = episodes.family
            and feedback.entity_type = episodes.entity_type
            and feedback.shop_no = episodes.shop_no
            and feedback.dimension = episodes.dimension
            and feedback.opened_on = episodes.opened_on

),

final as (

    select
        -- ids
        {{ hash_key(['family', 'shop_no', 'dimension', 'opened_on']) }} as alert_id,
        rule_id,

        -- strings
        family,
        entity_type,
        shop_no,
        dimension,
        driver_metric_name,
        severity,
        case
            when closed_on is not null then 'closed'
            when snoozed_until >= {{ date_literal(as_of_date()) }} then 'snoozed'
            when acknowledged_at is not null then 'acknowledged'
            else 'open'
        end as status,
        case
            when closed_on is null then null
            when reviewed_on > {{ date_literal(as_of_date()) }} then 'pending'
            when
                distance_to_before < distance_to_alarm
                and change_pct <= {{ var('alert_recovery_pct') }}
                then 'recovered'
            when
                distance_to_alarm < distance_to_before
                and change_pct > {{ var('alert_recovery_pct') }}
                then 'new_level'
            else 'unclear'
        end as close_reason,
        case
            when order_count_change is null or aov_change is null then null
            when order_count_change >= aov_change then 'order_count'
            else 'aov'
        end as moved_by,
        case when is_executive = 1 then 'executive' end as escalation,
        verdict,

        -- numerics
        level_before,
        level_alarm,
        level_now,
        n_active_days,

        -- dates
        opened_on,
        last_seen_on,
        critical_on,
        closed_on,
        snoozed_until,

        -- timestamps
        acknowledged_at
    from described

)

select * from final
