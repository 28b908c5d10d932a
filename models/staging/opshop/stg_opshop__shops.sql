with

source as (

    select * from {{ source('raw', 'raw_shops') }}

),

excluded as (

    select site_id
    from {{ ref('excluded_sites') }}
    where site_type = 'shop'

),

renamed as (

    select
        -- ids
        {{ trimmed('source.shop_no') }} as shop_no,

        -- strings
        source.shop_name,

        -- numerics
        source.status as shop_status,

        -- dates
        {{ real_timestamp('source.open_date') }} as open_date
    from source
    left join excluded
        on excluded.site_id = {{ trimmed('source.shop_no') }}
    where excluded.site_id is null

)

select * from renamed
