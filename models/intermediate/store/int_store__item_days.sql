{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

-- An item belongs to its order's date: rows posted a little before or after it are read too.
items as (

    select *
    from {{ ref('stg_salesorder__trade_items') }}
    where
        created_at >= {{ add_days(rebuild_from(), -1 - var('item_days_before_order')) }}
        and created_at
        < {{ add_days(date_literal(as_of_date()), 2 + var('item_days_after_order')) }}

),

orders as (

    select *
    from {{ ref('int_store__valid_orders') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

final as (

    select
        -- ids
        orders.metric_date,
        orders.shop_no,

        -- numerics
        {{ as_integer('coalesce(sum(items.quantity), 0)') }} as item_quantity
    from orders
    inner join items
        on items.order_no = orders.order_no
    where
        {{ days_between('orders.metric_date', 'items.business_date') }}
        between -{{ var('item_days_before_order') }} and {{ var('item_days_after_order') }}
    group by orders.metric_date, orders.shop_no

)

select * from final
