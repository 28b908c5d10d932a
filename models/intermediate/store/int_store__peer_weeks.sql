{{ config(
    materialized='table',
    primary_key=['week_start', 'shop_no', 'metric_name'],
) }}

with

daily_kpis as (

    select * from {{ ref('int_store__daily_kpis') }}

),

revenues as (

    select
        metric_date,
        shop_no,
        plain_value as revenue
    from {{ ref('int_store__kpi_values') }}
    where metric_name = 'revenue'

),

weighted_scores as (

    select * from {{ ref('int_store__weighted_scores') }}

),

days as (

    select
        {{ add_days('daily_kpis.metric_date', '1 - daily_kpis.iso_weekday') }} as week_start,
        daily_kpis.shop_no,
        daily_kpis.peer_group,
        daily_kpis.order_count,
        revenues.revenue,
        weighted_scores.health_score
    from daily_kpis
    left join revenues
        on
            revenues.metric_date = daily_kpis.metric_date
            and revenues.shop_no = daily_kpis.shop_no
    left join weighted_scores
        on
            weighted_scores.metric_date = daily_kpis.metric_date
            and weighted_scores.shop_no = daily_kpis.shop_no

),

weeks as (

    select
        week_start,
        shop_no,
        max(peer_group) as peer_group,
        avg({{ as_double('revenue') }}) as revenue_per_open_day,
        {{ as_double('sum(order_count)') }} as order_count,
        avg(health_score) as health_score
    from days
    group by week_start, shop_no

),

grown as (

    select
        weeks.*,
        100 * ({{ ratio('weeks.revenue_per_open_day', 'week_before.revenue_per_open_day') }} - 1)
            as revenue_growth_pct
    from weeks
    left join weeks as week_before
        on
            week_before.shop_no = weeks.shop_no
            and week_before.week_start = {{ add_days('weeks.week_start', -7) }}

),

stacked as (
    {% for metric in [
        'revenue_per_open_day', 'revenue_growth_pct', 'order_count', 'health_score'
    ] %}
    select
        week_start,
        shop_no,
        peer_group,
        {{ as_string("'" ~ metric ~ "'", 32) }} as metric_name,
        {{ metric }} as metric_value
    from grown
    where {{ metric }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (

    select
        -- ids
        week_start,
        shop_no,
        metric_name,

        -- strings
        peer_group,

        -- numerics
        metric_value
    from stacked

)

select * from final
