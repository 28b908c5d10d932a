-- Family, type, severity, entity type, measure, response time and channels are those of the rule.

select
    alerts.alert_id,
    alerts.rule_id,
    alerts.severity,
    rules.severity as rule_severity
from {{ ref('forecast_alerts') }} as alerts
left join {{ ref('forecast_alert_rules') }} as rules
    on rules.rule_id = alerts.rule_id
where
    rules.rule_id is null
    or rules.family <> alerts.family
    or rules.alert_type <> alerts.alert_type
    or rules.severity <> alerts.severity
    or rules.entity_type <> alerts.entity_type
    or rules.measure <> alerts.metric_name
    or rules.response_minutes <> alerts.response_minutes
    or rules.channels <> alerts.channels
