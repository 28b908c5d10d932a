-- In the first days of a store no flag is above INFO, and warm_up is named in those days alone.

select
    flags.metric_date,
    flags.shop_no,
    flags.metric_name,
    flags.severity,
    flags.capped_by,
    metrics.store_day_number
from {{ audited_rows(ref('store_anomaly_flags'), 'metric_date') }} as flags
left join {{ ref('store_daily_metrics') }} as metrics
    on
        flags.entity_type = 'store'
        and metrics.metric_date = flags.metric_date
        and metrics.shop_no = flags.shop_no
where
    (metrics.store_day_number <= {{ var('store_warmup_days') }} and flags.severity <> 'INFO')
    or (
        flags.capped_by = 'warm_up'
        and (
            metrics.store_day_number > {{ var('store_warmup_days') }}
            or metrics.store_day_number is null
        )
    )
