-- On a loaded date a store's revenue and orders are those of its staged trades with a valid status,
-- to the last decimal.

select
    days.metric_date,
    days.shop_no,
    sum(days.staged_revenue) as staged_revenue,
    sum(days.revenue) as revenue,
    sum(days.n_staged) as n_staged,
    sum(days.order_count) as order_count
from (
    select
        staged.business_date as metric_date,
        staged.shop_no,
        coalesce(sum(staged.paid_amount), 0) as staged_revenue,
        count(distinct staged.order_no) as n_staged,
        0 as revenue,
        0 as order_count,
        0 as is_loaded
    from {{ ref('stg_salesorder__trades') }} as staged
    inner join {{ ref('status_codes') }} as statuses
        on
            statuses.feed = 'trades'
            and statuses.role = 'valid'
            and statuses.status = staged.order_status
    where
        staged.paid_at >= {{ add_days(audit_from(), -1) }}
        and staged.business_date >= {{ audit_from() }}
        and staged.business_date <= {{ built_until('store_daily_metrics') }}
    group by staged.business_date, staged.shop_no

    union all

    select
        metric_date,
        shop_no,
        0 as staged_revenue,
        0 as n_staged,
        revenue,
        order_count,
        1 as is_loaded
    from {{ audited_rows(ref('store_daily_metrics'), 'metric_date') }} as audited
    where revenue is not null
) as days
group by days.metric_date, days.shop_no
having
    max(days.is_loaded) = 1
    and (
        sum(days.staged_revenue) <> sum(days.revenue)
        or sum(days.n_staged) <> sum(days.order_count)
    )
