-- Every staged row of a feed is counted in its day, or set aside with a reason, or has a status
-- that is known not to count. Shifts are all counted: only their hours may be set aside.
{%- set staged = {
    'trades': ('stg_salesorder__trades', 'paid_at'),
    'production_orders': ('stg_opproduction__production_orders', 'started_at'),
    'qc_tasks': ('stg_opqualitycontrol__qc_tasks', 'created_at'),
    'attendance': ('stg_opempefficiency__attendance', 'shift_started_at'),
} %}
{%- set counted = {
    'trades': ('int_store__valid_orders', '1'),
    'production_orders': ('int_store__production_days', 'n_production_orders'),
    'qc_tasks': ('int_store__qc_days', 'n_tasks'),
    'attendance': ('int_store__shift_days', 'n_shifts'),
} %}

select
    accounts.feed,
    accounts.metric_date,
    sum(accounts.n_rows) as n_missing
from (
    {% for feed, (view, instant) in staged.items() -%}
    select
        '{{ feed }}' as feed,
        business_date as metric_date,
        count(*) as n_rows
    from {{ ref(view) }}
    where
        {{ instant }} >= {{ add_days(audit_from(), -1) }}
        and business_date >= {{ audit_from() }}
        and business_date <= {{ built_until(counted[feed][0]) }}
    group by business_date

    union all

    select
        '{{ feed }}' as feed,
        metric_date,
        -sum({{ counted[feed][1] }}) as n_rows
    from {{ ref(counted[feed][0]) }}
    where metric_date >= {{ audit_from() }}
    group by metric_date

    union all

    {% endfor -%}
    select
        'trades' as feed,
        trades.business_date as metric_date,
        -count(*) as n_rows
    from {{ ref('stg_salesorder__trades') }} as trades
    inner join {{ ref('status_codes') }} as statuses
        on
            statuses.feed = 'trades'
            and statuses.role <> 'valid'
            and statuses.status = trades.order_status
    where
        trades.paid_at >= {{ add_days(audit_from(), -1) }}
        and trades.business_date >= {{ audit_from() }}
        and trades.business_date <= {{ built_until('int_store__valid_orders') }}
    group by trades.business_date

    union all

    select
        feed,
        row_date as metric_date,
        -sum(n_rows) as n_rows
    from {{ ref('int_audit__store_set_asides') }}
    where
        row_date >= {{ audit_from() }}
        and feed in ('trades', 'production_orders', 'qc_tasks')
    group by feed, row_date
) as accounts
group by accounts.feed, accounts.metric_date
having sum(accounts.n_rows) <> 0
