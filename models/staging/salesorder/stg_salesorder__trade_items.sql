with

located as (

    {{ located_rows('trade_items') }}

),

renamed as (

    select
        -- ids
        id as trade_item_id,
        {{ trimmed('order_no') }} as order_no,
        site_dept_id as dept_id,
        site_shop_no as shop_no,
        {{ trimmed('item_no') }} as item_no,

        -- strings
        item_name,

        -- numerics
        quantity,
        actual_amount as paid_amount,

        -- dates
        business_date,

        -- timestamps
        occurred_at as created_at,
        local_at as created_at_local
    from located
    where exclusion_reason is null

)

select * from renamed
