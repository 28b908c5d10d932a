-- Every effective prediction and every actual consumption of a date stands in the errors once:
-- matched + prediction_only are the predictions, matched + actual_only the actuals.

select
    days.business_date,
    sum(days.n_predictions) as missing_predictions,
    sum(days.predicted_qty) as missing_predicted_qty,
    sum(days.n_actuals) as missing_actuals,
    sum(days.actual_qty) as missing_actual_qty
from (
    select
        business_date,
        count(*) as n_predictions,
        sum(predicted_qty) as predicted_qty,
        0 as n_actuals,
        0 as actual_qty
    from {{ ref('int_forecast__effective_predictions') }}
    where
        business_date >= {{ audit_from() }}
        and predicted_qty is not null
    group by business_date

    union all

    select
        business_date,
        0 as n_predictions,
        0 as predicted_qty,
        count(*) as n_actuals,
        sum(actual_qty) as actual_qty
    from {{ ref('int_forecast__actual_consumption') }}
    where business_date >= {{ audit_from() }}
    group by business_date

    union all

    select
        business_date,
        -sum(case when match_status in ('matched', 'prediction_only') then 1 else 0 end)
            as n_predictions,
        -coalesce(sum(predicted_qty), 0) as predicted_qty,
        -sum(case when match_status in ('matched', 'actual_only') then 1 else 0 end) as n_actuals,
        -coalesce(sum(actual_qty), 0) as actual_qty
    from {{ ref('int_forecast__errors') }}
    where business_date >= {{ audit_from() }}
    group by business_date
) as days
group by days.business_date
having
    sum(days.n_predictions) <> 0
    or sum(days.predicted_qty) <> 0
    or sum(days.n_actuals) <> 0
    or sum(days.actual_qty) <> 0
