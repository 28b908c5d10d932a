with

located as (

    {{ located_rows('production_orders') }}

),

renamed as (

    select
        -- ids
        id as production_order_id,
        {{ trimmed('order_no') }} as order_no,
        dept_id,
        site_shop_no as shop_no,

        -- dates
        business_date,

        -- timestamps
        occurred_at as started_at,
        local_at as started_at_local,
        {{ real_timestamp('end_time') }} as ended_at
    from located
    where exclusion_reason is null

)

select * from renamed
