{{ config(
    materialized='table',
    primary_key=['family', 'entity_type', 'shop_no', 'dimension', 'opened_on'],
) }}

with

episodes as (

    select * from {{ ref('int_store__alert_episodes') }}

),

feedback as (

    select * from {{ source('people', 'alert_feedback') }}

),

known_alerts as (

    select * from {{ source('people', 'alert_registry') }}

),

-- A late correction may move an episode's first day and with it its id. What people said of the
-- alert they saw belongs to whatever episode now covers the same days.
belonging as (

    select
        episodes.family,
        episodes.entity_type,
        episodes.shop_no,
        episodes.dimension,
        episodes.opened_on,
        feedback.action,
        feedback.snoozed_until,
        feedback.given_at
    from episodes
    inner join known_alerts
        on
            known_alerts.family = episodes.family
            and known_alerts.entity_type = episodes.entity_type
            and known_alerts.shop_no = episodes.shop_no
            and known_alerts.dimension = episodes.dimension
            and known_alerts.opened_on <= episodes.last_seen_on
            and known_alerts.last_seen_on >= episodes.opened_on
    inner join feedback
        on feedback.alert_id = known_alerts.alert_id

),

ranked as (

    select
        *,
        case when action in ('true_positive', 'false_positive') then action end as verdict,
        row_number() over (
            partition by family, entity_type, shop_no, dimension, opened_on, action
            order by given_at desc
        ) as newest_of_action,
        row_number() over (
            partition by
                family, entity_type, shop_no, dimension, opened_on,
                case when action in ('true_positive', 'false_positive') then 1 else 0 end
            order by given_at desc, action asc
        ) as newest_of_kind
    from belonging

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
        max(case when newest_of_kind = 1 then verdict end) as verdict,

        -- dates
        {{ extreme_date(
            'max', 'snoozed_until', "action = 'snooze' and newest_of_action = 1"
        ) }} as snoozed_until,

        -- timestamps
        min(given_at) as acknowledged_at
    from ranked
    group by family, entity_type, shop_no, dimension, opened_on

)

select * from final
