-- A flag is a point that its method judged, or one without variance, with the same value, centre
-- and z.

select
    flags.metric_date,
    flags.entity_type,
    flags.shop_no,
    flags.metric_name,
    flags.method_used,
    flags.z_score,
    limits.z_score as limits_z_score,
    limits.not_evaluable_reason
from {{ audited_rows(ref('store_anomaly_flags'), 'metric_date') }} as flags
left join {{ ref('store_spc_control_limits') }} as limits
    on
        limits.calc_date = flags.metric_date
        and limits.entity_type = flags.entity_type
        and limits.shop_no = flags.shop_no
        and limits.metric_name = flags.metric_name
        and limits.baseline_method = flags.method_used
where
    limits.calc_date is null
    or coalesce(limits.not_evaluable_reason, 'none') <> coalesce(flags.not_evaluable_reason, 'none')
    or {{ differs('flags.metric_value', 'limits.metric_value') }}
    or {{ differs('flags.center_line', 'limits.center_line') }}
    or {{ differs('flags.z_score', 'limits.z_score') }}
    or {{ differs('flags.z_calibrated', 'limits.z_calibrated') }}
