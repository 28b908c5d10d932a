{{ config(
    materialized='table',
    primary_key=['family', 'entity_type', 'shop_no', 'dimension', 'opened_on'],
) }}

{%- set entity = ['family', 'entity_type', 'shop_no', 'dimension'] %}
{%- set closing_day = var('alert_quiet_days') + 1 %}

with

alert_days as (

    select * from {{ ref('int_store__alert_days') }}

),

evaluated_days as (

    {{ episode_days('alert_days', entity, 'metric_date') }}

),

ranked_days as (

    select
        *,
        row_number() over (
            partition by {{ entity | join(', ') }}, episode_number
            order by is_active desc, severity asc, metric_date asc
        ) as most_severe_first
    from evaluated_days
    where episode_number > 0

),

episodes as (

    select
        family,
        entity_type,
        shop_no,
        dimension,
        episode_number,
        min(metric_date) as opened_on,
        max(case when is_active = 1 then metric_date end) as last_seen_on,
        min(severity) as severity,
        max(case when most_severe_first = 1 then rule_id end) as rule_id,
        max(case when most_severe_first = 1 then driver_metric_name end) as driver_metric_name,
        max(case when rule_id = 'executive_health' then 1 else 0 end) as is_executive,
        sum(is_active) as n_active_days,
        {{ extreme_date('min', 'metric_date', "severity = 'CRITICAL'") }} as critical_on,
        {{ extreme_date('min', 'metric_date', 'quiet_days = ' ~ closing_day) }} as closed_on
    from ranked_days
    group by family, entity_type, shop_no, dimension, episode_number

),

final as (

    select
        -- ids
        family,
        entity_type,
        shop_no,
        dimension,
        opened_on,

        -- strings
        severity,
        rule_id,
        driver_metric_name,

        -- numerics
        {{ as_integer('n_active_days') }} as n_active_days,

        -- dates
        last_seen_on,
        critical_on,
        closed_on,

        -- booleans
        is_executive
    from episodes

)

select * from final
