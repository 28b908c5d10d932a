{{ config(
    materialized='table',
    primary_key=['family', 'entity_type', 'shop_no', 'dimension', 'opened_on'],
) }}

{%- set entity = ['family', 'entity_type', 'shop_no', 'dimension'] %}

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
        sum(is_active) as n_active_days
    from ranked_days
    group by family, entity_type, shop_no, dimension, episode_number

),

-- Of dates that are there alone: MySQL makes a zero date of the least one of none.
criticals as (

    select
        family,
        entity_type,
        shop_no,
        dimension,
        episode_number,
        min(metric_date) as first_date
    from ranked_days
    where severity = 'CRITICAL'
    group by family, entity_type, shop_no, dimension, episode_number

),

closings as (

    select
        family,
        entity_type,
        shop_no,
        dimension,
        episode_number,
        min(metric_date) as first_date
    from ranked_days
    where quiet_days = {{ var('alert_quiet_days') + 1 }}
    group by family, entity_type, shop_no, dimension, episode_number

),

final as (

    select
        -- ids
        episodes.family,
        episodes.entity_type,
        episodes.shop_no,
        episodes.dimension,
        episodes.opened_on,

        -- strings
        episodes.severity,
        episodes.rule_id,
        episodes.driver_metric_name,

        -- numerics
        {{ as_integer('episodes.n_active_days') }} as n_active_days,

        -- dates
        episodes.last_seen_on,
        criticals.first_date as critical_on,
        closings.first_date as closed_on,

        -- booleans
        episodes.is_executive
    from episodes
    left join criticals
        on
            criticals.family = episodes.family
            and criticals.entity_type = episodes.entity_type
            and criticals.shop_no = episodes.shop_no
            and criticals.dimension = episodes.dimension
            and criticals.episode_number = episodes.episode_number
    left join closings
        on
            closings.family = episodes.family
            and closings.entity_type = episodes.entity_type
            and closings.shop_no = episodes.shop_no
            and closings.dimension = episodes.dimension
            and closings.episode_number = episodes.episode_number

)

select * from final
