-- Every signal belongs to a day that could be judged; that day is active and at least as severe.

select
    signals.metric_date,
    signals.family,
    signals.entity_type,
    signals.shop_no,
    signals.dimension,
    signals.rule_id,
    days.severity
from {{ audited_rows(ref('int_store__alert_signals'), 'metric_date') }} as signals
left join {{ ref('int_store__alert_days') }} as days
    on
        days.metric_date = signals.metric_date
        and days.family = signals.family
        and days.entity_type = signals.entity_type
        and days.shop_no = signals.shop_no
        and days.dimension = signals.dimension
where
    days.severity is null
    or (signals.severity = 'CRITICAL' and days.severity = 'WARNING')
