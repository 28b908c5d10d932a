-- Nobody orders before the date that is kept as their first, and whoever orders has one.

select
    orders.member_no,
    min(orders.metric_date) as ordered_on,
    min(first_orders.first_order_date) as first_order_date
from {{ audited_rows(ref('int_store__valid_orders'), 'metric_date') }} as orders
left join {{ ref('int_store__member_first_orders') }} as first_orders
    on first_orders.member_no = orders.member_no
where
    orders.member_no is not null
    and (
        first_orders.member_no is null
        or first_orders.first_order_date > orders.metric_date
    )
group by orders.member_no
