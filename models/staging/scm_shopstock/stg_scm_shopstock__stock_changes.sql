with

located as (

    {{ located_rows('stock_changes') }}

),

renamed as (

    select
        -- ids
        id as stock_change_id,
        dept_id,
        site_shop_no as shop_no,
        {{ trimmed('goods_code') }} as goods_code,
        {{ trimmed('reason_code') }} as reason_code,

        -- numerics
        total_adjust_num as change_qty,
        theory_total_adjust_num as theoretical_change_qty,

        -- dates
        business_date,

        -- timestamps
        occurred_at as changed_at,
        local_at as changed_at_local
    from located
    where exclusion_reason is null

)

select * from renamed
