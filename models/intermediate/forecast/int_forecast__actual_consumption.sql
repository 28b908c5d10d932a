{{ config(
    date_column='business_date',
    primary_key=['business_date', 'dept_id', 'goods_code'],
) }}

with

stock_changes as (

    select *
    from {{ ref('stg_scm_shopstock__stock_changes') }}
    where
        {{ near_rebuilt_dates('changed_at') }}
        and {{ in_rebuilt_dates('business_date') }}
        and change_qty < 0

),

consumption_codes as (

    select reason_code
    from {{ ref('stock_reason_codes') }}
    where is_consumption = 1

),

consumed as (

    select
        stock_changes.business_date,
        stock_changes.dept_id,
        stock_changes.goods_code,
        min(stock_changes.shop_no) as shop_no,
        sum(abs(stock_changes.change_qty)) as actual_qty,
        count(*) as n_changes
    from stock_changes
    inner join consumption_codes
        on consumption_codes.reason_code = stock_changes.reason_code
    group by
        stock_changes.business_date,
        stock_changes.dept_id,
        stock_changes.goods_code

),

final as (

    select
        -- ids
        business_date,
        dept_id,
        shop_no,
        goods_code,

        -- numerics
        cast(actual_qty as decimal(20, 4)) as actual_qty,
        {{ as_integer('n_changes') }} as n_changes
    from consumed

)

select * from final
