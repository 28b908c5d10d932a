-- Before caps a flag has the highest severity of store_severity_rules that its z or its number of
-- rules reaches.

select
    flags.metric_date,
    flags.entity_type,
    flags.shop_no,
    flags.metric_name,
    flags.z_calibrated,
    flags.rule_count,
    flags.uncapped_severity,
    rules.severity as rule_severity
from {{ audited_rows(ref('store_anomaly_flags'), 'metric_date') }} as flags
inner join {{ ref('store_severity_rules') }} as own_rule
    on own_rule.severity = flags.uncapped_severity
inner join {{ ref('store_severity_rules') }} as rules
    on rules.z_beyond >= own_rule.z_beyond
where
    flags.z_calibrated is not null
    and case
        when
            abs(flags.z_calibrated) > rules.z_beyond
            or flags.rule_count >= rules.min_rules
            then 1
        else 0
    end <> case when rules.severity = flags.uncapped_severity then 1 else 0 end
