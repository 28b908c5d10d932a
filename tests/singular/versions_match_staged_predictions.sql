-- Every staged version of a prediction, up to the date the build ends on, is counted once.

select
    days.business_date,
    sum(days.n_staged) as n_staged,
    sum(days.n_versions) as n_versions
from (
    select
        business_date,
        count(*) as n_staged,
        0 as n_versions
    from {{ ref('stg_ireplenishment__order_predictions') }}
    where
        business_date >= {{ audit_from() }}
        and business_date <= {{ built_until('int_forecast__effective_predictions') }}
    group by business_date

    union all

    select
        business_date,
        0 as n_staged,
        sum(n_versions) as n_versions
    from {{ ref('int_forecast__effective_predictions') }}
    where business_date >= {{ audit_from() }}
    group by business_date
) as days
group by days.business_date
having sum(days.n_staged) <> sum(days.n_versions)
