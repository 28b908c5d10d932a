{{ config(
    materialized='table',
    primary_key=['family', 'entity_type', 'shop_no', 'dimension', 'opened_on', 'metric_name'],
) }}

with

episodes as (

    select * from {{ ref('int_store__alert_episodes') }}

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

-- What hits everybody says nothing about one store, so its peers' common part is taken out.
levels as (

    select
        metric_date,
        entity_type,
        shop_no,
        metric_name,
        transformed_value - coalesce(peer_term, 0) as level_value
    from {{ ref('int_store__residuals') }}
    where transformed_value is not null

),

-- The driver of every alert, and the two factors of revenue beside it.
asked as (

    select
        episodes.*,
        kpis.metric_name
    from episodes
    inner join kpis
        on
            kpis.metric_name = episodes.driver_metric_name
            or (
                episodes.dimension = 'revenue'
                and kpis.metric_name in ('order_count', 'aov')
            )

),

placed as (

    select
        asked.family,
        asked.entity_type,
        asked.shop_no,
        asked.dimension,
        asked.opened_on,
        asked.metric_name,
        levels.level_value,
        case
            when levels.metric_date < asked.opened_on then 'before'
            when levels.metric_date <= asked.last_seen_on then 'alarm'
            else 'now'
        end as span
    from asked
    inner join levels
        on
            levels.entity_type = asked.entity_type
            and levels.shop_no = asked.shop_no
            and levels.metric_name = asked.metric_name
            and levels.metric_date >= {{ add_days('asked.opened_on', -var('alert_level_days')) }}
            and levels.metric_date <= {{ add_days('asked.last_seen_on', var('alert_review_days')) }}

),

means as (

    select
        family,
        entity_type,
        shop_no,
        dimension,
        opened_on,
        metric_name,
        avg(case when span = 'before' then level_value end) as mean_before,
        avg(case when span = 'alarm' then level_value end) as mean_alarm,
        avg(case when span = 'now' then level_value end) as mean_now
    from placed
    group by family, entity_type, shop_no, dimension, opened_on, metric_name

),

final as (

    select
        -- ids
        means.family,
        means.entity_type,
        means.shop_no,
        means.dimension,
        means.opened_on,
        means.metric_name,

        -- means on the transformed scale
        means.mean_before,
        means.mean_alarm,
        means.mean_now,

        -- levels in the KPI's unit
        {{ original('means.mean_before', 'kpis.transform') }} as level_before,
        {{ original('means.mean_alarm', 'kpis.transform') }} as level_alarm,
        {{ original('means.mean_now', 'kpis.transform') }} as level_now
    from means
    inner join kpis
        on kpis.metric_name = means.metric_name

)

select * from final
