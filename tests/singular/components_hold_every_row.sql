-- Each way of cutting a date into members counts every row of the errors once:
-- matched + prediction_only + actual_only = all.

select
    dates.business_date,
    dates.n_errors,
    coalesce(components.dimension_type, 'none') as dimension_type,
    components.n_rows
from (
    select
        business_date,
        count(*) as n_errors
    from {{ ref('int_forecast__errors') }}
    where business_date >= {{ audit_from() }}
    group by business_date
) as dates
left join (
    select
        business_date,
        dimension_type,
        sum(n_matched + n_prediction_only + n_actual_only) as n_rows
    from {{ ref('int_forecast__daily_components') }}
    where business_date >= {{ audit_from() }}
    group by business_date, dimension_type
) as components
    on components.business_date = dates.business_date
where
    components.n_rows is null
    or components.n_rows <> dates.n_errors
