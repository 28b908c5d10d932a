-- Sums of shifts run over the points that the default method judged, each once, with the same z.

select
    points.metric_date,
    points.entity_type,
    points.shop_no,
    points.metric_name,
    points.z_calibrated,
    sum(points.side) as side
from (
    select
        limits.calc_date as metric_date,
        limits.entity_type,
        limits.shop_no,
        limits.metric_name,
        limits.z_calibrated,
        1 as side
    from {{ audited_rows(ref('store_spc_control_limits'), 'calc_date') }} as limits
    inner join {{ ref('store_kpis') }} as kpis
        on
            kpis.metric_name = limits.metric_name
            and kpis.default_method = limits.baseline_method
    where limits.is_evaluable = 1

    union all

    select
        metric_date,
        entity_type,
        shop_no,
        metric_name,
        z_calibrated,
        -1 as side
    from {{ audited_rows(ref('store_sustained_shifts'), 'metric_date') }} as shifts
) as points
group by
    points.metric_date,
    points.entity_type,
    points.shop_no,
    points.metric_name,
    points.z_calibrated
having sum(points.side) <> 0
