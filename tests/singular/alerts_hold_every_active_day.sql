-- Every day on which a rule holds belongs to exactly one episode of its family and entity.

select
    active_days.family,
    active_days.entity_type,
    active_days.entity_value,
    active_days.business_date,
    count(alerts.alert_id) as n_episodes
from {{ ref('int_forecast__alert_days') }} as active_days
left join {{ ref('forecast_alerts') }} as alerts
    on
        alerts.family = active_days.family
        and alerts.entity_type = active_days.entity_type
        and alerts.entity_value = active_days.entity_value
        and active_days.business_date between alerts.opened_on and alerts.last_seen_on
where active_days.is_active = 1
group by
    active_days.family,
    active_days.entity_type,
    active_days.entity_value,
    active_days.business_date
having count(alerts.alert_id) <> 1
