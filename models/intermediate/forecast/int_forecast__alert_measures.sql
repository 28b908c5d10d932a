{{ config(
    date_column='business_date',
    primary_key=['business_date', 'period_type', 'entity_type', 'entity_value'],
) }}

with

periods as (

    select *
    from {{ ref('int_forecast__periods') }}
    where
        period_end >= {{ rebuild_from() }}
        and period_type in ('daily', 'last_7d')

),

components as (

    select *
    from {{ ref('int_forecast__daily_components') }}
    where dimension_type in ('overall', 'store', 'category')

),

cells as (

    select
        periods.period_end as business_date,
        periods.period_type,
        components.dimension_type as entity_type,
        components.dimension_value as entity_value,
        sum(components.n_matched) as n_matched,
        sum(components.n_prediction_only) as n_prediction_only,
        sum(components.n_positive_actual) as n_positive_actual,
        sum(components.sum_error) as sum_error,
        sum(components.sum_abs_pct_error) as sum_abs_pct_error
    from periods
    inner join components
        on components.business_date = periods.business_date
    group by
        periods.period_end,
        periods.period_type,
        components.dimension_type,
        components.dimension_value

),

final as (

    select
        -- ids
        business_date,
        period_type,
        entity_type,
        entity_value,

        -- measures
        {{ mape_pct('sum_abs_pct_error', 'n_positive_actual') }} as mape_pct,
        {{ mfe('sum_error', 'n_matched') }} as mfe,
        {{ coverage_pct('n_matched', 'n_prediction_only') }} as coverage_pct
    from cells

)

select * from final
