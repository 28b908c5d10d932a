-- A KPI is NULL where a feed it needs is not loaded; and one that can be computed from the feed
-- alone, whatever the day was like, is not NULL where it is.
{%- set known_from = {
    'revenue': 'trades',
    'order_count': 'trades',
    'unique_customers': 'trades',
    'expiry_incident_count': 'expiry_records',
    'staff_hours': 'attendance',
    'late_arrival_count': 'attendance',
} %}
{%- set needed = {
    'trades': [
        'revenue', 'order_count', 'aov', 'revenue_wow_pct', 'orders_per_labor_hour',
        'peak_hour_utilization_pct', 'hours_per_order', 'unique_customers', 'new_customer_pct',
        'peak_hour_order_pct', 'items_per_order',
    ],
    'trade_items': ['items_per_order'],
    'production_orders': ['avg_production_seconds', 'p95_production_seconds'],
    'expiry_records': ['expiry_incident_count', 'waste_pct'],
    'qc_tasks': ['qc_completion_pct', 'days_since_qc_fail'],
    'attendance': [
        'orders_per_labor_hour', 'staff_hours', 'attendance_pct', 'hours_per_order',
        'late_arrival_count',
    ],
} %}

select *
from (
    select
        metrics.*,
        coalesce(metrics.missing_sources, '') as missing_list
    from {{ audited_rows(ref('store_daily_metrics'), 'metric_date') }} as metrics
) as days
where
    {%- for feed, kpis in needed.items() %}
    {{ 'or ' if not loop.first }}(
        missing_list like '%{{ feed }}%'
        and (
            {%- for kpi in kpis %}
            {{ 'or ' if not loop.first }}{{ kpi }} is not null
            {%- endfor %}
        )
    )
    {%- endfor %}
    {%- for kpi, feed in known_from.items() %}
    or (missing_list not like '%{{ feed }}%' and {{ kpi }} is null)
    {%- endfor %}
