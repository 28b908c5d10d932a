-- Every point that the default method of its KPI puts beyond the first bound of
-- store_severity_rules has a flag, by that method.

select
    limits.calc_date,
    limits.entity_type,
    limits.shop_no,
    limits.metric_name,
    limits.z_calibrated
from {{ audited_rows(ref('store_spc_control_limits'), 'calc_date') }} as limits
inner join {{ ref('store_kpis') }} as kpis
    on
        kpis.metric_name = limits.metric_name
        and kpis.default_method = limits.baseline_method
left join {{ ref('store_anomaly_flags') }} as flags
    on
        flags.metric_date = limits.calc_date
        and flags.entity_type = limits.entity_type
        and flags.shop_no = limits.shop_no
        and flags.metric_name = limits.metric_name
        and flags.method_used = limits.baseline_method
where
    limits.is_evaluable = 1
    and abs(limits.z_calibrated) > (select min(z_beyond) from {{ ref('store_severity_rules') }})
    and flags.metric_date is null
