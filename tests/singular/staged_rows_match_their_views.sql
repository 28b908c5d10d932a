-- As many rows stand in a staging view as the audit counts as staged.
{%- set views = {
    'order_predictions': ('stg_ireplenishment__order_predictions', none),
    'stock_changes': ('stg_scm_shopstock__stock_changes', 'changed_at'),
    'trades': ('stg_salesorder__trades', 'paid_at'),
    'trade_items': ('stg_salesorder__trade_items', 'created_at'),
    'production_orders': ('stg_opproduction__production_orders', 'started_at'),
    'expiry_records': ('stg_opqualitycontrol__expiry_records', 'prepared_at'),
    'qc_tasks': ('stg_opqualitycontrol__qc_tasks', 'created_at'),
    'attendance': ('stg_opempefficiency__attendance', 'shift_started_at'),
} %}

select
    view_counts.feed,
    view_counts.n_in_view,
    coalesce(staged.n_staged, 0) as n_staged
from (
    {% for feed, (view, instant) in views.items() -%}
    select
        '{{ feed }}' as feed,
        count(*) as n_in_view
    from {{ ref(view) }}
    where
        business_date >= {{ audit_from() }}
        {%- if instant %}
        and {{ instant }} >= {{ add_days(audit_from(), -1) }}
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
) as view_counts
left join (
    select
        feed,
        sum(n_rows) as n_staged
    from {{ ref('int_audit__row_dispositions') }}
    where
        disposition = 'staged'
        and row_date >= {{ audit_from() }}
    group by feed
) as staged
    on staged.feed = view_counts.feed
where view_counts.n_in_view <> coalesce(staged.n_staged, 0)
