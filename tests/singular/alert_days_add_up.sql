-- An episode counts the active days between its first and its last day, and both are active.

select counted.*
from (
    select
        alerts.alert_id,
        min(alerts.n_active_days) as n_active_days,
        sum(case when evaluated.is_active = 1 then 1 else 0 end) as n_found,
        min(case when evaluated.is_active = 1 then evaluated.business_date end) as first_found,
        max(case when evaluated.is_active = 1 then evaluated.business_date end) as last_found,
        min(alerts.opened_on) as opened_on,
        max(alerts.last_seen_on) as last_seen_on
    from {{ ref('forecast_alerts') }} as alerts
    left join {{ ref('int_forecast__alert_days') }} as evaluated
        on
            evaluated.family = alerts.family
            and evaluated.entity_type = alerts.entity_type
            and evaluated.entity_value = alerts.entity_value
            and evaluated.business_date between alerts.opened_on and alerts.last_seen_on
    group by alerts.alert_id
) as counted
where
    counted.n_active_days <> counted.n_found
    or counted.first_found is null
    or counted.first_found <> counted.opened_on
    or counted.last_found <> counted.last_seen_on
