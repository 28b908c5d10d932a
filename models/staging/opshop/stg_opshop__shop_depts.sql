with

source as (

    select * from {{ source('raw', 'raw_shop_depts') }}

),

sites as (

    select * from {{ ref('stg_opshop__sites') }}

),

renamed as (

    select
        -- ids
        source.dept_id,
        {{ trimmed('source.shop_no') }} as shop_no
    from source
    inner join sites
        on sites.dept_id = source.dept_id
    where sites.exclusion_reason is null

)

select * from renamed
