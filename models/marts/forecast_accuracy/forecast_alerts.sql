{{ config(
    materialized='table',
    primary_key=['alert_id'],
    indexes=[['status', 'severity'], ['opened_on']],
) }}

{%- set entity = ['family', 'entity_type', 'entity_value'] %}
{%- set closing_day = var('alert_quiet_days') + 1 %}

with

alert_days as (

    select * from {{ ref('int_forecast__alert_days') }}

),

evaluated_days as (

    {{ episode_days('alert_days', entity, 'business_date') }}

),

rules as (

    select * from {{ ref('forecast_alert_rules') }}

),

suppressions as (

    select * from {{ ref('forecast_alert_suppressions') }}

),

ranked_days as (

    select
        *,
        row_number() over (
            partition by {{ entity | join(', ') }}, episode_number
            order by is_active desc, severity asc, business_date asc
        ) as most_severe_first
    from evaluated_days
    where episode_number > 0

),

episodes as (

    select
        family,
        entity_type,
        entity_value,
        episode_number,
        min(business_date) as opened_on,
        max(case when is_active = 1 then business_date end) as last_seen_on,
        max(case when is_active = 1 then day_number end) as last_day_number,
        sum(is_active) as n_active_days,
        {{ extreme_date('min', 'business_date', 'quiet_days = ' ~ closing_day) }} as closed_on,
        max(case when most_severe_first = 1 then rule_id end) as rule_id,
        max(case when most_severe_first = 1 then business_date end) as most_severe_on
    from ranked_days
    group by family, entity_type, entity_value, episode_number

),

described as (

    select
        episodes.*,
        rules.alert_type,
        rules.severity,
        rules.measure,
        case
            when rules.comparison = 'same_sign' then {{ as_double('rules.min_days') }}
            else rules.threshold
        end as threshold,
        rules.response_minutes,
        rules.channels,
        last_days.metric_value,
        case
            when episodes.most_severe_on > episodes.opened_on then episodes.most_severe_on
        end as escalated_on,
        suppressions.suppressed_until,
        suppressions.reason as suppression_reason
    from episodes
    inner join rules
        on rules.rule_id = episodes.rule_id
    inner join evaluated_days as last_days
        on
            last_days.family = episodes.family
            and last_days.entity_type = episodes.entity_type
            and last_days.entity_value = episodes.entity_value
            and last_days.day_number = episodes.last_day_number
    left join suppressions
        on
            suppressions.family = episodes.family
            and suppressions.entity_type = episodes.entity_type
            and suppressions.entity_value = episodes.entity_value
            and suppressions.suppressed_until >= episodes.last_seen_on

),

final as (

    select
        -- ids
        {{ hash_key(['family', 'entity_type', 'entity_value', 'opened_on']) }} as alert_id,
        rule_id,

        -- strings
        family,
        alert_type,
        severity,
        entity_type,
        entity_value,
        case
            when suppressed_until is not null then 'suppressed'
            when closed_on is not null then 'closed'
            else 'open'
        end as status,
        measure as metric_name,
        channels,
        suppression_reason,

        -- numerics
        metric_value,
        threshold,
        {{ as_integer('n_active_days') }} as n_active_days,
        response_minutes,

        -- dates
        opened_on,
        last_seen_on,
        escalated_on,
        closed_on,
        suppressed_until
    from described

)

select * from final
