-- A store alert counts the active days between its first and its last day; both are active, and so
-- is its first CRITICAL one.

select counted.*
from (
    select
        alerts.alert_id,
        min(alerts.n_active_days) as n_active_days,
        sum(case when days.is_active = 1 then 1 else 0 end) as n_found,
        min(case when days.is_active = 1 then days.metric_date end) as first_found,
        max(case when days.is_active = 1 then days.metric_date end) as last_found,
        min(case when days.severity = 'CRITICAL' then days.metric_date end) as first_critical,
        min(alerts.opened_on) as opened_on,
        max(alerts.last_seen_on) as last_seen_on,
        min(alerts.critical_on) as critical_on
    from {{ ref('store_alerts') }} as alerts
    left join {{ ref('int_store__alert_days') }} as days
        on
            days.family = alerts.family
            and days.entity_type = alerts.entity_type
            and days.shop_no = alerts.shop_no
            and days.dimension = alerts.dimension
            and days.metric_date between alerts.opened_on and alerts.last_seen_on
    group by alerts.alert_id
) as counted
where
    counted.n_active_days <> counted.n_found
    or counted.first_found is null
    or counted.first_found <> counted.opened_on
    or counted.last_found <> counted.last_seen_on
    or coalesce(counted.first_critical, counted.opened_on)
    <> coalesce(counted.critical_on, counted.opened_on)
    or (counted.first_critical is null and counted.critical_on is not null)
    or (counted.first_critical is not null and counted.critical_on is null)
