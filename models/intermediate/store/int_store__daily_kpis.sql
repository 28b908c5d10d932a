{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
    indexes=[['shop_no', 'metric_date']],
) }}

with

days as (

    select *
    from {{ ref('int_store__days') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

feed_days as (

    select *
    from {{ ref('int_store__feed_days') }}
    where {{ since_rebuilt_dates('metric_date', 7) }}

),

order_days as (

    select *
    from {{ ref('int_store__order_days') }}
    where {{ since_rebuilt_dates('metric_date', 7) }}

),

item_days as (

    select * from {{ ref('int_store__item_days') }}

),

production_days as (

    select * from {{ ref('int_store__production_days') }}

),

expiry_days as (

    select * from {{ ref('int_store__expiry_days') }}

),

qc_days as (

    select * from {{ ref('int_store__qc_days') }}

),

shift_days as (

    select * from {{ ref('int_store__shift_days') }}

),

-- One row per date with a flag per feed: what did not load is not zero, it is unknown.
loaded_dates as (

    select
        {% for feed in store_feeds() -%}
        max(case when feed = '{{ feed }}' then 1 else 0 end) as has_{{ feed }},
        {% endfor -%}
        metric_date
    from feed_days
    group by metric_date

),

missing_feeds as (

    {% for feed in store_feeds() -%}
    select
        days.metric_date,
        '{{ feed }}' as feed
    from (select distinct metric_date from days) as days
    left join loaded_dates
        on loaded_dates.metric_date = days.metric_date
    where coalesce(loaded_dates.has_{{ feed }}, 0) = 0
    {{ 'union all' if not loop.last }}

    {% endfor %}
),

missing_lists as (

    select
        metric_date,
        {{ string_list('feed', 'feed', 128) }} as missing_sources
    from missing_feeds
    group by metric_date

),

-- The newest failed task up to each day; days without tasks have no row of their own.
failed_days as (

    select
        days.metric_date,
        days.shop_no,
        max(qc_days.metric_date) as last_failed_on
    from days
    inner join qc_days
        on
            qc_days.shop_no = days.shop_no
            and qc_days.metric_date <= days.metric_date
            and qc_days.n_failed_tasks > 0
    group by days.metric_date, days.shop_no

),

amounts as (

    select
        days.*,
        missing_lists.missing_sources,
        coalesce(loaded_dates.has_trades, 0) as has_trades,
        case when loaded_dates.has_trades = 1 then coalesce(order_days.revenue, 0) end
            as revenue,
        case when loaded_dates.has_trades = 1 then coalesce(order_days.order_count, 0) end
            as order_count,
        case when loaded_dates.has_trades = 1 then coalesce(order_days.peak_hour_order_count, 0) end
            as peak_hour_order_count,
        case when loaded_dates.has_trades = 1 then coalesce(order_days.unique_customers, 0) end
            as unique_customers,
        case when loaded_dates.has_trades = 1 then coalesce(order_days.new_customers, 0) end
            as new_customers,
        case when week_ago_loads.has_trades = 1 then coalesce(week_ago.revenue, 0) end
            as revenue_week_ago,
        case when loaded_dates.has_trade_items = 1 then coalesce(item_days.item_quantity, 0) end
            as item_quantity,
        case
            when loaded_dates.has_production_orders = 1 then production_days.avg_production_seconds
        end as avg_production_seconds,
        case
            when loaded_dates.has_production_orders = 1 then production_days.p95_production_seconds
        end as p95_production_seconds,
        case
            when loaded_dates.has_expiry_records = 1 then coalesce(expiry_days.expired_quantity, 0)
        end as expired_quantity,
        case
            when loaded_dates.has_expiry_records = 1 then coalesce(expiry_days.prepared_quantity, 0)
        end as prepared_quantity,
        case when loaded_dates.has_qc_tasks = 1 then coalesce(qc_days.n_tasks, 0) end as n_tasks,
        case when loaded_dates.has_qc_tasks = 1 then coalesce(qc_days.n_finished_tasks, 0) end
            as n_finished_tasks,
        case when loaded_dates.has_qc_tasks = 1 then failed_days.last_failed_on end
            as last_failed_on,
        case when loaded_dates.has_attendance = 1 then coalesce(shift_days.n_shifts, 0) end
            as n_shifts,
        case when loaded_dates.has_attendance = 1 then coalesce(shift_days.n_attended_shifts, 0) end
            as n_attended_shifts,
        case when loaded_dates.has_attendance = 1 then coalesce(shift_days.n_late_shifts, 0) end
            as n_late_shifts,
        case
            when loaded_dates.has_attendance = 1
                then {{ ratio('coalesce(shift_days.worked_seconds, 0)', '3600') }}
        end as staff_hours
    from days
    left join loaded_dates
        on loaded_dates.metric_date = days.metric_date
    left join missing_lists
        on missing_lists.metric_date = days.metric_date
    left join loaded_dates as week_ago_loads
        on week_ago_loads.metric_date = {{ add_days('days.metric_date', -7) }}
    left join order_days
        on
            order_days.metric_date = days.metric_date
            and order_days.shop_no = days.shop_no
    left join order_days as week_ago
        on
            week_ago.metric_date = {{ add_days('days.metric_date', -7) }}
            and week_ago.shop_no = days.shop_no
    left join item_days
        on
            item_days.metric_date = days.metric_date
            and item_days.shop_no = days.shop_no
    left join production_days
        on
            production_days.metric_date = days.metric_date
            and production_days.shop_no = days.shop_no
    left join expiry_days
        on
            expiry_days.metric_date = days.metric_date
            and expiry_days.shop_no = days.shop_no
    left join qc_days
        on
            qc_days.metric_date = days.metric_date
            and qc_days.shop_no = days.shop_no
    left join failed_days
        on
            failed_days.metric_date = days.metric_date
            and failed_days.shop_no = days.shop_no
    left join shift_days
        on
            shift_days.metric_date = days.metric_date
            and shift_days.shop_no = days.shop_no

),

final as (

    select
        -- ids
        metric_date,
        shop_no,
        dept_id,

        -- strings
        peer_group,
        missing_sources,

        -- numerics
        store_day_number,
        iso_weekday,

        -- booleans
        is_holiday,
        is_incident,
        has_trades,
        case
            when has_trades = 1 and order_count = 0 and is_holiday = 0 and is_incident = 0 then 1
            else 0
        end as is_no_activity,

        -- revenue
        cast(revenue as decimal(20, 4)) as revenue,
        order_count,
        {{ ratio('revenue', 'order_count') }} as aov,
        100 * ({{ ratio('revenue', 'revenue_week_ago') }} - 1) as revenue_wow_pct,

        -- operations
        avg_production_seconds,
        p95_production_seconds,
        {{ ratio('order_count', 'staff_hours') }} as orders_per_labor_hour,
        100 * {{ ratio('peak_hour_order_count', 'hourly_capacity') }} as peak_hour_utilization_pct,

        -- quality
        expired_quantity as expiry_incident_count,
        100 * {{ ratio('n_finished_tasks', 'n_tasks') }} as qc_completion_pct,
        100 * {{ ratio('expired_quantity', 'prepared_quantity') }} as waste_pct,
        {{ as_integer(days_between('last_failed_on', 'metric_date')) }} as days_since_qc_fail,

        -- staffing
        staff_hours,
        100 * {{ ratio('n_attended_shifts', 'n_shifts') }} as attendance_pct,
        {{ ratio('staff_hours', 'order_count') }} as hours_per_order,
        n_late_shifts as late_arrival_count,

        -- customer
        unique_customers,
        100 * {{ ratio('new_customers', 'unique_customers') }} as new_customer_pct,
        100 * {{ ratio('peak_hour_order_count', 'order_count') }} as peak_hour_order_pct,
        {{ ratio('item_quantity', 'order_count') }} as items_per_order
    from amounts

)

select * from final
