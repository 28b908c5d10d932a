with

located as (

    {{ located_rows('trades') }}

),

renamed as (

    select
        -- ids
        {{ trimmed('order_no') }} as order_no,
        dept_id,
        site_shop_no as shop_no,
        nullif({{ trimmed('member_no') }}, '') as member_no,

        -- numerics
        order_status,
        pay_money as paid_amount,

        -- dates
        business_date,

        -- timestamps
        occurred_at as paid_at,
        local_at as paid_at_local,
        {{ real_timestamp('update_time') }} as updated_at
    from located
    where exclusion_reason is null

)

select * from renamed
