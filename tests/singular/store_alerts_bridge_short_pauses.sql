-- Between two active days of one alert lie at most alert_quiet_days days that could be judged.

select paused.*
from (
    select
        alerts.alert_id,
        days.metric_date,
        days.day_number - lag(days.day_number) over (
            partition by alerts.alert_id
            order by days.metric_date
        ) - 1 as quiet_days
    from {{ ref('store_alerts') }} as alerts
    inner join (
        select
            family,
            entity_type,
            shop_no,
            dimension,
            metric_date,
            is_active,
            row_number() over (
                partition by family, entity_type, shop_no, dimension
                order by metric_date
            ) as day_number
        from {{ ref('int_store__alert_days') }}
    ) as days
        on
            days.family = alerts.family
            and days.entity_type = alerts.entity_type
            and days.shop_no = alerts.shop_no
            and days.dimension = alerts.dimension
            and days.metric_date between alerts.opened_on and alerts.last_seen_on
    where days.is_active = 1
) as paused
where paused.quiet_days > {{ var('alert_quiet_days') }}
