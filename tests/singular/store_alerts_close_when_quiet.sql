-- An alert closes on the quiet day after the alert_quiet_days that it may hold, counted on days
-- that could be judged, and stays open until then.

select counted.*
from (
    select
        alerts.alert_id,
        alerts.last_seen_on,
        alerts.closed_on,
        count(days.metric_date) as n_days_since,
        coalesce(sum(days.is_active), 0) as n_active_since,
        max(days.metric_date) as last_day
    from {{ ref('store_alerts') }} as alerts
    left join {{ ref('int_store__alert_days') }} as days
        on
            days.family = alerts.family
            and days.entity_type = alerts.entity_type
            and days.shop_no = alerts.shop_no
            and days.dimension = alerts.dimension
            and days.metric_date > alerts.last_seen_on
            and (
                days.metric_date <= alerts.closed_on
                or alerts.closed_on is null
            )
    group by alerts.alert_id, alerts.last_seen_on, alerts.closed_on
) as counted
where
    counted.n_active_since > 0
    or (counted.closed_on is null and counted.n_days_since > {{ var('alert_quiet_days') }})
    or (
        counted.closed_on is not null
        and (
            counted.n_days_since <> {{ var('alert_quiet_days') + 1 }}
            or counted.last_day <> counted.closed_on
        )
    )
