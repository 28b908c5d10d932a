{{ config(materialized='table', primary_key=['dept_id']) }}

with

mapped as (

    select
        dept_id,
        {{ trimmed('shop_no') }} as shop_no
    from {{ source('raw', 'raw_shop_depts') }}

),

excluded as (

    select
        site_type,
        site_id,
        reason_code
    from {{ ref('excluded_sites') }}

),

departments as (

    select dept_id
    from mapped

    union distinct

    select {{ as_integer('site_id') }} as dept_id
    from excluded
    where site_type = 'dept'

),

shops as (

    select
        {{ trimmed('shop_no') }} as shop_no,
        shop_name,
        {{ real_timestamp('open_date') }} as open_date
    from {{ source('raw', 'raw_shops') }}

),

sites as (

    select
        departments.dept_id,
        mapped.shop_no,
        coalesce(stores.store_name, shops.shop_name) as store_name,
        coalesce(stores.time_zone, '{{ var("default_time_zone") }}') as time_zone,
        stores.peer_group,
        shops.open_date,
        stores.closed_on,
        case
            when excluded_depts.reason_code is not null then excluded_depts.reason_code
            when excluded_shops.reason_code is not null then excluded_shops.reason_code
            when shops.shop_no is null then 'unmapped_store'
        end as exclusion_reason
    from departments
    left join mapped
        on mapped.dept_id = departments.dept_id
    left join shops
        on shops.shop_no = mapped.shop_no
    left join {{ ref('stores') }} as stores
        on stores.dept_id = departments.dept_id
    left join excluded as excluded_depts
        on
            excluded_depts.site_type = 'dept'
            and excluded_depts.site_id = {{ as_string('departments.dept_id', 16) }}
    left join excluded as excluded_shops
        on
            excluded_shops.site_type = 'shop'
            and excluded_shops.site_id = mapped.shop_no

),

final as (

    select
        -- ids
        dept_id,
        shop_no,

        -- strings
        store_name,
        time_zone,
        peer_group,
        exclusion_reason,

        -- dates
        open_date,
        closed_on
    from sites

)

select * from final
