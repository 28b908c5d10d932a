-- Every store and date holds each KPI with each method, once, and only dates that the store has.

select
    days.metric_date,
    days.shop_no,
    sum(days.n_expected) as n_expected,
    sum(days.n_found) as n_found
from (
    select
        metric_date,
        shop_no,
        (select count(*) from {{ ref('store_kpis') }})
        * (select count(distinct baseline_method) from {{ ref('store_kpi_baselines') }})
            as n_expected,
        0 as n_found
    from {{ audited_rows(ref('store_daily_metrics'), 'metric_date') }} as metrics

    union all

    select
        calc_date as metric_date,
        shop_no,
        0 as n_expected,
        count(*) as n_found
    from {{ audited_rows(ref('store_spc_control_limits'), 'calc_date') }} as limits
    where entity_type = 'store'
    group by calc_date, shop_no
) as days
group by days.metric_date, days.shop_no
having sum(days.n_expected) <> sum(days.n_found)
