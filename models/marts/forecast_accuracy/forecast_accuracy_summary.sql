{{ config(
    date_column='period_end',
    primary_key=['period_end', 'period_type', 'dimension_type', 'dimension_value'],
    indexes=[['dimension_type', 'dimension_value', 'period_type', 'period_end']],
) }}

with

periods as (

    select *
    from {{ ref('int_forecast__periods') }}
    where period_end >= {{ rebuild_from() }}

),

components as (

    select * from {{ ref('int_forecast__daily_components') }}

),

cells as (

    select
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.is_complete,
        components.dimension_type,
        components.dimension_value,
        {{ total_component_columns('components') }}
    from periods
    inner join components
        on components.business_date = periods.business_date
    group by
        periods.period_type,
        periods.period_start,
        periods.period_end,
        periods.is_complete,
        components.dimension_type,
        components.dimension_value

),

measured as (

    select
        *,
        {{ tracking_signal('sum_error', 'sum_abs_error', 'n_matched') }} as tracking_signal,
        {{ tracking_signal_limit('n_matched') }} as tracking_signal_limit
    from cells

),

final as (

    select
        -- ids
        period_type,
        period_start,
        period_end,
        dimension_type,
        dimension_value,

        -- counts
        {{ as_integer('n_matched + n_prediction_only') }} as n_predictions,
        {{ as_integer('n_matched + n_actual_only') }} as n_actuals,
        {{ as_integer('n_matched') }} as n_matched,
        {{ as_integer('n_positive_actual') }} as n_positive_actual,

        -- quantities
        cast(sum_predicted_qty as decimal(24, 4)) as predicted_qty,
        cast(sum_actual_qty as decimal(24, 4)) as actual_qty,
        cast(sum_error as decimal(24, 4)) as total_error,
        cast(sum_abs_error as decimal(24, 4)) as total_abs_error,

        -- measures
        {{ mape_pct('sum_abs_pct_error', 'n_positive_actual') }} as mape_pct,
        {{ wmape_pct('sum_abs_error', 'sum_actual_qty') }} as wmape_pct,
        {{ rmse('sum_squared_error', 'n_matched') }} as rmse,
        {{ mfe('sum_error', 'n_matched') }} as mfe,
        {{ mad('sum_abs_error', 'n_matched') }} as mad,
        {{ bias_pct('sum_error', 'sum_actual_qty') }} as bias_pct,
        {{ accuracy_rate_pct('n_within_10', 'n_positive_actual') }} as accuracy_rate_10_pct,
        {{ accuracy_rate_pct('n_within_20', 'n_positive_actual') }} as accuracy_rate_20_pct,
        {{ accuracy_rate_pct('n_within_30', 'n_positive_actual') }} as accuracy_rate_30_pct,
        tracking_signal,
        tracking_signal_limit,
        {{ coverage_pct('n_matched', 'n_prediction_only') }} as coverage_pct,
        {{ coverage_pct('n_matched', 'n_actual_only') }} as actual_coverage_pct,
        {{ smape_pct('sum_symmetric_pct_error', 'n_symmetric') }} as smape_pct,
        {{ service_level_pct('n_not_under', 'n_matched') }} as service_level_pct,

        -- booleans
        is_complete,
        {{ flag('abs(tracking_signal) > tracking_signal_limit', 'tracking_signal') }}
            as is_tracking_signal_breached,
        {{ flag('abs(sum_error) * n_matched > 4 * sum_abs_error', 'tracking_signal') }}
            as is_tracking_signal_beyond_4
    from measured

)

select * from final
