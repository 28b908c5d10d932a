-- Actual consumption of a date is the consumption among its staged stock changes: rows and
-- quantity.

select
    days.business_date,
    sum(days.n_staged) as n_staged,
    sum(days.staged_qty) as staged_qty,
    sum(days.n_changes) as n_changes,
    sum(days.actual_qty) as actual_qty
from (
    select
        business_date,
        count(*) as n_staged,
        -sum(change_qty) as staged_qty,
        0 as n_changes,
        0 as actual_qty
    from {{ ref('stg_scm_shopstock__stock_changes') }}
    where
        changed_at >= {{ add_days(audit_from(), -1) }}
        and business_date >= {{ audit_from() }}
        and business_date <= {{ built_until('int_forecast__actual_consumption') }}
        and change_qty < 0
        and reason_code in (
            select codes.reason_code
            from {{ ref('stock_reason_codes') }} as codes
            where codes.is_consumption = 1
        )
    group by business_date

    union all

    select
        business_date,
        0 as n_staged,
        0 as staged_qty,
        sum(n_changes) as n_changes,
        sum(actual_qty) as actual_qty
    from {{ ref('int_forecast__actual_consumption') }}
    where business_date >= {{ audit_from() }}
    group by business_date
) as days
group by days.business_date
having
    sum(days.n_staged) <> sum(days.n_changes)
    or sum(days.staged_qty) <> sum(days.actual_qty)
