with

located as (

    {{ located_rows('expiry_records') }}

),

renamed as (

    select
        -- ids
        id as expiry_record_id,
        dept_id,
        site_shop_no as shop_no,

        -- strings
        item_name,

        -- numerics
        quantity,
        status as expiry_status,

        -- dates
        business_date,

        -- timestamps
        occurred_at as prepared_at,
        local_at as prepared_at_local,
        {{ real_timestamp('expiry_date') }} as expires_at
    from located
    where exclusion_reason is null

)

select * from renamed
