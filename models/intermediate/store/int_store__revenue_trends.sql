{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

{%- set trend_days = var('trend_days') %}

with

revenues as (

    select
        metric_date,
        shop_no,
        plain_value as revenue,
        transformed_value as log_revenue
    from {{ ref('int_store__kpi_values') }}
    where
        {{ since_rebuilt_dates('metric_date', trend_days - 1) }}
        and metric_name = 'revenue'

),

-- A join on dates, whose distances are small whole numbers: sums of them lose no precision.
pairs as (

    select
        today.metric_date,
        today.shop_no,
        today.log_revenue as log_revenue_today,
        past.revenue,
        past.log_revenue,
        case
            when past.log_revenue is not null
                then {{ days_between('today.metric_date', 'past.metric_date') }}
        end as day_offset
    from revenues as today
    inner join revenues as past
        on
            past.shop_no = today.shop_no
            and past.metric_date <= today.metric_date
            and past.metric_date > {{ add_days('today.metric_date', -trend_days) }}
    where {{ in_rebuilt_dates('today.metric_date') }}

),

summed as (

    select
        metric_date,
        shop_no,
        max(log_revenue_today) as log_revenue_today,
        count(revenue) as n_values,
        avg(revenue) as mean_revenue,
        count(log_revenue) as n,
        {{ as_double('sum(day_offset)') }} as sum_x,
        {{ as_double('sum(day_offset * day_offset)') }} as sum_xx,
        sum(log_revenue) as sum_y,
        sum(day_offset * log_revenue) as sum_xy
    from pairs
    group by metric_date, shop_no

),

final as (

    select
        -- ids
        metric_date,
        shop_no,

        -- numerics
        case when n_values >= {{ var('trend_min_points') }} then mean_revenue end as mean_revenue,
        case
            when log_revenue_today is not null and n >= {{ var('trend_min_points') }}
                then (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x)
        end as log_revenue_slope
    from summed

)

select * from final
