{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

{%- set percentile_days = var('percentile_days') %}
{%- set components = ['revenue', 'order_count', 'aov', 'trend'] %}

with

kpi_values as (

    select
        metric_date,
        shop_no,
        metric_name as component,
        plain_value as component_value
    from {{ ref('int_store__kpi_values') }}
    where
        {{ since_rebuilt_dates('metric_date', percentile_days - 1) }}
        and metric_name in ('revenue', 'order_count', 'aov')
        and plain_value is not null

),

trends as (

    select
        metric_date,
        shop_no,
        {{ as_string("'trend'", 32) }} as component,
        log_revenue_slope as component_value
    from {{ ref('int_store__revenue_trends') }}
    where
        {{ since_rebuilt_dates('metric_date', percentile_days - 1) }}
        and log_revenue_slope is not null

),

weights as (

    select * from {{ ref('store_percentile_weights') }}

),

component_values as (

    select * from kpi_values

    union all

    select * from trends

),

-- How much of the store's own last half year lies below today; values that differ by rounding alone
-- are ties.
placed as (

    select
        today.metric_date,
        today.shop_no,
        today.component,
        100 * {{ ratio(
            'sum(case when ' ~ is_negligible(
                'past.component_value - today.component_value', 'today.component_value'
            ) ~ ' then 5e-1 when past.component_value < today.component_value then 1e0 else 0e0 end)',
            'count(*)'
        ) }} as percentile
    from component_values as today
    inner join component_values as past
        on
            past.shop_no = today.shop_no
            and past.component = today.component
            and past.metric_date <= today.metric_date
            and past.metric_date > {{ add_days('today.metric_date', -percentile_days) }}
    where {{ in_rebuilt_dates('today.metric_date') }}
    group by today.metric_date, today.shop_no, today.component

),

final as (

    select
        -- ids
        placed.metric_date,
        placed.shop_no,

        -- percentiles
        {% for component in components -%}
        max(case when placed.component = '{{ component }}' then placed.percentile end)
            as {{ component }}_percentile,
        {% endfor %}
        -- numerics
        sum(weights.weight * placed.percentile) / sum(weights.weight) as health_score,
        {{ as_double('sum(weights.weight)') }} as weight_covered_pct
    from placed
    inner join weights
        on weights.component = placed.component
    group by placed.metric_date, placed.shop_no

)

select * from final
