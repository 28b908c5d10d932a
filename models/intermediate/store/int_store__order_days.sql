{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

orders as (

    select *
    from {{ ref('int_store__valid_orders') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

first_orders as (

    select *
    from {{ ref('int_store__member_first_orders') }}
    where {{ in_rebuilt_dates('first_order_date') }}

),

totals as (

    select
        metric_date,
        shop_no,
        sum(paid_amount) as revenue,
        count(*) as order_count
    from orders
    group by metric_date, shop_no

),

hours as (

    select
        metric_date,
        shop_no,
        local_hour,
        count(*) as order_count
    from orders
    group by metric_date, shop_no, local_hour

),

peaks as (

    select
        metric_date,
        shop_no,
        max(order_count) as peak_hour_order_count
    from hours
    group by metric_date, shop_no

),

customers as (

    select distinct
        metric_date,
        shop_no,
        member_no
    from orders
    where member_no is not null

),

counted_customers as (

    select
        customers.metric_date,
        customers.shop_no,
        count(*) as unique_customers,
        count(first_orders.member_no) as new_customers
    from customers
    left join first_orders
        on
            first_orders.member_no = customers.member_no
            and first_orders.first_order_date = customers.metric_date
    group by customers.metric_date, customers.shop_no

),

final as (

    select
        -- ids
        totals.metric_date,
        totals.shop_no,

        -- numerics
        cast(totals.revenue as decimal(20, 4)) as revenue,
        {{ as_integer('totals.order_count') }} as order_count,
        {{ as_integer('peaks.peak_hour_order_count') }} as peak_hour_order_count,
        {{ as_integer('coalesce(counted_customers.unique_customers, 0)') }} as unique_customers,
        {{ as_integer('coalesce(counted_customers.new_customers, 0)') }} as new_customers
    from totals
    inner join peaks
        on
            peaks.metric_date = totals.metric_date
            and peaks.shop_no = totals.shop_no
    left join counted_customers
        on
            counted_customers.metric_date = totals.metric_date
            and counted_customers.shop_no = totals.shop_no

)

select * from final
