{{ config(
    date_column='first_order_date',
    primary_key=['member_no'],
    indexes=[['first_order_date']],
) }}

with

orders as (

    select
        member_no,
        metric_date
    from {{ ref('int_store__valid_orders') }}
    where
        {{ in_rebuilt_dates('metric_date') }}
        and member_no is not null

),

{% if not rebuild_plan().is_full -%}
-- Whoever ordered before the rebuilt dates is known, and what is rebuilt cannot change that.
known_members as (

    select member_no
    from {{ this }}
    where first_order_date < {{ rebuild_from() }}

),

{% endif -%}
final as (

    select
        orders.member_no,
        min(orders.metric_date) as first_order_date
    from orders
    {%- if not rebuild_plan().is_full %}
    left join known_members
        on known_members.member_no = orders.member_no
    where known_members.member_no is null
    {%- endif %}
    group by orders.member_no

)

select * from final
