-- Every period in which a prediction or an actual exists has its overall row in the summary.

select
    periods.period_type,
    periods.period_end,
    min(periods.is_complete) as is_complete
from {{ audited_rows(ref('int_forecast__periods'), 'period_end') }} as periods
inner join {{ ref('int_forecast__daily_components') }} as components
    on
        components.business_date = periods.business_date
        and components.dimension_type = 'overall'
where
    not exists (
        select 1
        from {{ ref('forecast_accuracy_summary') }} as summary
        where
            summary.period_end = periods.period_end
            and summary.period_type = periods.period_type
            and summary.period_start = periods.period_start
            and summary.is_complete = periods.is_complete
            and summary.dimension_type = 'overall'
            and summary.dimension_value = 'all'
    )
group by periods.period_type, periods.period_end
