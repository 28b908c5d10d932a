-- The members whose first order in the chain is on a date are the new customers of that date,
-- counted at each store where they ordered on it.

select
    days.metric_date,
    sum(days.n_members) as n_members,
    sum(days.n_found) as n_found,
    sum(days.n_pairs) as n_pairs,
    sum(days.new_customers) as new_customers
from (
    select
        first_order_date as metric_date,
        count(*) as n_members,
        0 as n_found,
        0 as n_pairs,
        0 as new_customers
    from {{ audited_rows(ref('int_store__member_first_orders'), 'first_order_date') }} as members
    group by first_order_date

    union all

    select
        pairs.metric_date,
        0 as n_members,
        count(distinct pairs.member_no) as n_found,
        count(*) as n_pairs,
        0 as new_customers
    from (
        select distinct
            orders.metric_date,
            orders.shop_no,
            orders.member_no
        from {{ audited_rows(ref('int_store__valid_orders'), 'metric_date') }} as orders
        inner join {{ ref('int_store__member_first_orders') }} as first_orders
            on
                first_orders.member_no = orders.member_no
                and first_orders.first_order_date = orders.metric_date
    ) as pairs
    group by pairs.metric_date

    union all

    select
        metric_date,
        0 as n_members,
        0 as n_found,
        0 as n_pairs,
        sum(new_customers) as new_customers
    from {{ audited_rows(ref('int_store__order_days'), 'metric_date') }} as audited
    group by metric_date
) as days
group by days.metric_date
having
    sum(days.n_members) <> sum(days.n_found)
    or sum(days.n_pairs) <> sum(days.new_customers)
