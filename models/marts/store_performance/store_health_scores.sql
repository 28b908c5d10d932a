{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no', 'score_method'],
    indexes=[['shop_no', 'score_method', 'metric_date']],
) }}

{%- set dimensions = store_dimension_names() %}

with

weighted_scores as (

    select *
    from {{ ref('int_store__weighted_scores') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

percentile_scores as (

    select *
    from {{ ref('int_store__percentile_scores') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

grades as (

    select
        *,
        lead(min_score) over (partition by score_method order by min_score) as next_min_score
    from {{ ref('store_grades') }}

),

-- The highest mean so far needs the whole history, which is one row per store and day.
peaks as (

    select
        metric_date,
        shop_no,
        100 * {{ ratio(
            'mean_revenue',
            'max(mean_revenue) over (partition by shop_no order by metric_date'
            ~ ' rows between unbounded preceding and current row)'
        ) }} as revenue_vs_peak_pct
    from {{ ref('int_store__revenue_trends') }}

),

stacked as (

    select
        metric_date,
        shop_no,
        {{ as_string("'weighted_z'", 16) }} as score_method,
        health_score,
        weight_covered_pct,
        {%- for dimension in dimensions %}
        {{ dimension }}_contribution,
        {%- endfor %}
        null as revenue_percentile,
        null as order_count_percentile,
        null as aov_percentile,
        null as trend_percentile
    from weighted_scores

    union all

    select
        weighted_scores.metric_date,
        weighted_scores.shop_no,
        {{ as_string("'percentile'", 16) }} as score_method,
        percentile_scores.health_score,
        coalesce(percentile_scores.weight_covered_pct, 0) as weight_covered_pct,
        percentile_scores.health_score as revenue_contribution,
        null as operations_contribution,
        null as quality_contribution,
        null as staffing_contribution,
        null as customer_contribution,
        percentile_scores.revenue_percentile,
        percentile_scores.order_count_percentile,
        percentile_scores.aov_percentile,
        percentile_scores.trend_percentile
    from weighted_scores
    left join percentile_scores
        on
            percentile_scores.metric_date = weighted_scores.metric_date
            and percentile_scores.shop_no = weighted_scores.shop_no

),

final as (

    select
        -- ids
        stacked.shop_no,
        stacked.metric_date,
        stacked.score_method,

        -- strings
        grades.grade,

        -- numerics
        stacked.health_score,
        stacked.weight_covered_pct,
        peaks.revenue_vs_peak_pct,

        -- contributions
        {% for dimension in dimensions -%}
        stacked.{{ dimension }}_contribution,
        {% endfor %}
        -- percentiles
        stacked.revenue_percentile,
        stacked.order_count_percentile,
        stacked.aov_percentile,
        stacked.trend_percentile
    from stacked
    left join peaks
        on
            peaks.metric_date = stacked.metric_date
            and peaks.shop_no = stacked.shop_no
    left join grades
        on
            grades.score_method = stacked.score_method
            and grades.min_score <= stacked.health_score
            and (
                grades.next_min_score > stacked.health_score
                or grades.next_min_score is null
            )

)

select * from final
