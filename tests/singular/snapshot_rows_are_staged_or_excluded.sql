-- The two feeds without a date: every shop and every mapping is staged or excluded, once.

select counted.*
from (
    select
        'shops' as feed,
        (select count(*) from {{ source('raw', 'raw_shops') }}) as n_raw,
        (select count(*) from {{ ref('stg_opshop__shops') }}) as n_staged,
        (
            select count(*)
            from {{ source('raw', 'raw_shops') }} as raw_shops
            where
                exists (
                    select 1
                    from {{ ref('excluded_sites') }} as excluded_sites
                    where
                        excluded_sites.site_type = 'shop'
                        and excluded_sites.site_id = trim(raw_shops.shop_no)
                )
        ) as n_excluded

    union all

    select
        'shop_depts' as feed,
        (select count(*) from {{ source('raw', 'raw_shop_depts') }}) as n_raw,
        (select count(*) from {{ ref('stg_opshop__shop_depts') }}) as n_staged,
        (
            select count(*)
            from {{ source('raw', 'raw_shop_depts') }} as raw_shop_depts
            where
                exists (
                    select 1
                    from {{ ref('stg_opshop__sites') }} as sites
                    where
                        sites.dept_id = raw_shop_depts.dept_id
                        and sites.exclusion_reason is not null
                )
        ) as n_excluded
) as counted
where counted.n_raw <> counted.n_staged + counted.n_excluded
