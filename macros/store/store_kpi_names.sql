{% macro store_kpi_names() -%}
    {{ return([
        'revenue', 'order_count', 'aov', 'revenue_wow_pct',
        'avg_production_seconds', 'p95_production_seconds', 'orders_per_labor_hour',
        'peak_hour_utilization_pct',
        'expiry_incident_count', 'qc_completion_pct', 'waste_pct', 'days_since_qc_fail',
        'staff_hours', 'attendance_pct', 'hours_per_order', 'late_arrival_count',
        'unique_customers', 'new_customer_pct', 'peak_hour_order_pct', 'items_per_order',
    ]) }}
{%- endmacro %}
