-- Every store that counts has a row for each date from its opening to its closing, or to the last
-- date that was built.

select compared.*
from (
    select
        expected.shop_no,
        expected.first_date,
        expected.last_date,
        count(found.metric_date) as n_found,
        min(found.metric_date) as first_found,
        max(found.metric_date) as last_found
    from (
        select
            shop_no,
            case when open_date > {{ audit_from() }} then open_date else {{ audit_from() }} end
                as first_date,
            case
                when closed_on < {{ built_until('store_daily_metrics') }} then closed_on
                else {{ built_until('store_daily_metrics') }}
            end as last_date
        from {{ ref('stg_opshop__sites') }}
        where
            exclusion_reason is null
            and open_date is not null
    ) as expected
    left join {{ audited_rows(ref('store_daily_metrics'), 'metric_date') }} as found
        on found.shop_no = expected.shop_no
    group by expected.shop_no, expected.first_date, expected.last_date
) as compared
where
    compared.first_date <= compared.last_date
    and (
        compared.first_found is null
        or compared.first_found <> compared.first_date
        or compared.last_found <> compared.last_date
        or compared.n_found
        <> {{ days_between('compared.first_date', 'compared.last_date') }} + 1
    )
