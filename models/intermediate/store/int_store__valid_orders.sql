{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no', 'order_no'],
    indexes=[['order_no'], ['member_no']],
) }}

with

trades as (

    select *
    from {{ ref('stg_salesorder__trades') }}
    where
        {{ near_rebuilt_dates('paid_at') }}
        and {{ in_rebuilt_dates('business_date') }}

),

valid_statuses as (

    select status
    from {{ ref('status_codes') }}
    where
        feed = 'trades'
        and role = 'valid'

),

final as (

    select
        -- ids
        trades.business_date as metric_date,
        trades.shop_no,
        trades.order_no,
        min(trades.member_no) as member_no,

        -- numerics
        cast(coalesce(sum(trades.paid_amount), 0) as decimal(20, 4)) as paid_amount,
        {{ as_integer('min(' ~ hour_of('trades.paid_at_local') ~ ')') }} as local_hour
    from trades
    inner join valid_statuses
        on valid_statuses.status = trades.order_status
    group by trades.business_date, trades.shop_no, trades.order_no

)

select * from final
