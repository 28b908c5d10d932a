with

located as (

    {{ located_rows('order_predictions') }}

),

renamed as (

    select
        -- ids
        id as prediction_id,
        dept_id,
        site_shop_no as shop_no,
        {{ trimmed('goods_code') }} as goods_code,

        -- numerics
        vlt_avg_demand as predicted_qty,

        -- dates
        business_date,

        -- timestamps
        occurred_at as created_at,
        local_at as created_at_local
    from located
    where exclusion_reason is null

)

select * from renamed
