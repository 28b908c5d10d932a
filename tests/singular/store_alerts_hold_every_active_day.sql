-- Every active day of a family, an entity and a dimension lies in exactly one store alert.

select
    days.family,
    days.entity_type,
    days.shop_no,
    days.dimension,
    days.metric_date,
    count(alerts.alert_id) as n_alerts
from {{ ref('int_store__alert_days') }} as days
left join {{ ref('store_alerts') }} as alerts
    on
        alerts.family = days.family
        and alerts.entity_type = days.entity_type
        and alerts.shop_no = days.shop_no
        and alerts.dimension = days.dimension
        and days.metric_date between alerts.opened_on and alerts.last_seen_on
where days.is_active = 1
group by
    days.family,
    days.entity_type,
    days.shop_no,
    days.dimension,
    days.metric_date
having count(alerts.alert_id) <> 1
