-- Another method judges only where the default one of the KPI cannot, and rolling_28d only where
-- same_dow_8wk cannot either.

select
    flags.metric_date,
    flags.entity_type,
    flags.shop_no,
    flags.metric_name,
    flags.method_used,
    better.baseline_method as better_method
from {{ audited_rows(ref('store_anomaly_flags'), 'metric_date') }} as flags
inner join {{ ref('store_kpis') }} as kpis
    on kpis.metric_name = flags.metric_name
inner join {{ ref('store_spc_control_limits') }} as better
    on
        better.calc_date = flags.metric_date
        and better.entity_type = flags.entity_type
        and better.shop_no = flags.shop_no
        and better.metric_name = flags.metric_name
        and better.is_evaluable = 1
where
    flags.method_used <> kpis.default_method
    and (
        better.baseline_method = kpis.default_method
        or (better.baseline_method = 'same_dow_8wk' and flags.method_used = 'rolling_28d')
        or flags.method_used = 'reference'
    )
