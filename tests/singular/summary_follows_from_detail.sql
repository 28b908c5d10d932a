-- The daily overall row, computed again from forecast_accuracy_daily with averages instead of sums.

select compared.*
from (
    select
        summary.period_end,
        summary.n_predictions,
        summary.n_actuals,
        summary.n_matched,
        summary.mape_pct,
        summary.smape_pct,
        summary.rmse,
        summary.accuracy_rate_10_pct,
        summary.accuracy_rate_20_pct,
        summary.accuracy_rate_30_pct,
        summary.service_level_pct,
        detail.*
    from (
        select *
        from {{ audited_rows(ref('forecast_accuracy_summary'), 'period_end') }} as audited
        where
            period_type = 'daily'
            and dimension_type = 'overall'
    ) as summary
    left join (
        select
            business_date,
            count(predicted_qty) as detail_predictions,
            count(actual_qty) as detail_actuals,
            count(error) as detail_matched,
            avg(abs_pct_error) as detail_mape_pct,
            avg(symmetric_pct_error) as detail_smape_pct,
            sqrt(avg(squared_error)) as detail_rmse,
            100 * avg({{ as_double('within_10') }}) as detail_rate_10_pct,
            100 * avg({{ as_double('within_20') }}) as detail_rate_20_pct,
            100 * avg({{ as_double('within_30') }}) as detail_rate_30_pct,
            100 * avg(case when error >= 0 then 1e0 when error < 0 then 0e0 end)
                as detail_service_level_pct
        from {{ audited_rows(ref('forecast_accuracy_daily'), 'business_date') }} as daily_rows
        group by business_date
    ) as detail
        on detail.business_date = summary.period_end
) as compared
where
    compared.business_date is null
    or compared.n_predictions <> compared.detail_predictions
    or compared.n_actuals <> compared.detail_actuals
    or compared.n_matched <> compared.detail_matched
    or {{ differs('compared.mape_pct', 'compared.detail_mape_pct') }}
    or {{ differs('compared.smape_pct', 'compared.detail_smape_pct') }}
    or {{ differs('compared.rmse', 'compared.detail_rmse') }}
    or {{ differs('compared.accuracy_rate_10_pct', 'compared.detail_rate_10_pct') }}
    or {{ differs('compared.accuracy_rate_20_pct', 'compared.detail_rate_20_pct') }}
    or {{ differs('compared.accuracy_rate_30_pct', 'compared.detail_rate_30_pct') }}
    or {{ differs('compared.service_level_pct', 'compared.detail_service_level_pct') }}
