{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

{%- set dimensions = store_dimension_names() %}

with

days as (

    select *
    from {{ ref('int_store__days') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

kpi_scores as (

    select *
    from {{ ref('int_store__kpi_scores') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

dimension_scores as (

    select
        metric_date,
        shop_no,
        dimension,
        max(dimension_weight) as dimension_weight,
        sum(kpi_weight * score) / sum(kpi_weight) as score,
        max(dimension_weight) * sum(kpi_weight) / 100 as weight_covered,
        max(dimension_weight) * sum(kpi_weight * is_default) / 100 as weight_settled
    from kpi_scores
    group by metric_date, shop_no, dimension

),

-- Dimensions that nobody knows are left out of the total, so that the others carry their weight.
totals as (

    select
        metric_date,
        shop_no,
        {%- for dimension in dimensions %}
        max(case when dimension = '{{ dimension }}' then dimension_weight * score end)
        / sum(dimension_weight) as {{ dimension }}_contribution,
        {%- endfor %}
        sum(weight_covered) as weight_covered_pct,
        sum(weight_settled) as weight_settled_pct
    from dimension_scores
    group by metric_date, shop_no

),

-- KPIs that mirror each other (hours per order, orders per hour) score the same but for the last
-- digit, which differs between engines and must not decide.
worst_first as (

    select
        *,
        row_number() over (
            partition by metric_date, shop_no
            order by {{ in_millionths('score') }} asc, metric_name asc
        ) as place
    from kpi_scores

),

final as (

    select
        -- ids
        days.metric_date,
        days.shop_no,

        -- strings
        worst_first.metric_name as worst_metric_name,

        -- contributions
        {% for dimension in dimensions -%}
        totals.{{ dimension }}_contribution,
        {% endfor %}
        -- numerics
        case
            when totals.shop_no is not null
                then
                    coalesce(totals.revenue_contribution, 0)
                    + coalesce(totals.operations_contribution, 0)
                    + coalesce(totals.quality_contribution, 0)
                    + coalesce(totals.staffing_contribution, 0)
                    + coalesce(totals.customer_contribution, 0)
        end as health_score,
        coalesce(totals.weight_covered_pct, 0) as weight_covered_pct,
        coalesce(totals.weight_settled_pct, 0) as weight_settled_pct,
        days.store_day_number
    from days
    left join totals
        on
            totals.metric_date = days.metric_date
            and totals.shop_no = days.shop_no
    left join worst_first
        on
            worst_first.metric_date = days.metric_date
            and worst_first.shop_no = days.shop_no
            and worst_first.place = 1

)

select * from final
