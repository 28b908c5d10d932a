-- A store alert has the family and the severity of its rule and a driver that may page; low health
-- alone may warn with a CRITICAL rule, while too little of the score is settled. Peer groups have
-- the rules of stores.

select
    alerts.alert_id,
    alerts.family,
    alerts.dimension,
    alerts.driver_metric_name,
    alerts.severity,
    alerts.escalation,
    alerts.rule_id,
    rules.severity as rule_severity
from {{ ref('store_alerts') }} as alerts
left join {{ ref('store_alert_rules') }} as rules
    on rules.rule_id = alerts.rule_id
left join {{ ref('store_kpis') }} as kpis
    on kpis.metric_name = alerts.driver_metric_name
where
    rules.rule_id is null
    or rules.family <> case when alerts.family = 'peer_group' then 'kpi' else alerts.family end
    or (
        rules.severity <> alerts.severity
        and (
            alerts.family <> 'health'
            or alerts.severity <> 'WARNING'
        )
    )
    or (alerts.escalation is not null and alerts.family <> 'health')
    or (alerts.escalation is null and alerts.rule_id = 'executive_health')
    or (
        alerts.family in ('kpi', 'peer_group')
        and (kpis.can_page <> 1 or kpis.dimension <> alerts.dimension)
    )
