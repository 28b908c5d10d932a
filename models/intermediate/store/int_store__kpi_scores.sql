{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no', 'metric_name'],
) }}

with

judged_days as (

    select *
    from {{ ref('int_store__judged_days') }}
    where
        {{ in_rebuilt_dates('metric_date') }}
        and entity_type = 'store'
        and z_calibrated is not null

),

uncharted_values as (

    select *
    from {{ ref('int_store__kpi_values') }}
    where
        {{ in_rebuilt_dates('metric_date') }}
        and blocked_reason = 'not_charted'
        and metric_value is not null

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

dimensions as (

    select * from {{ ref('store_dimensions') }}

),

segments as (

    select
        curve,
        x,
        score,
        lag(x) over (partition by curve order by x) as previous_x,
        lead(x) over (partition by curve order by x) as next_x,
        lead(score) over (partition by curve order by x) as next_score
    from {{ ref('store_health_curves') }}

),

-- Upwards is good on every curve: a KPI that may deviate either way is best at its centre.
judged as (

    select
        judged_days.metric_date,
        judged_days.shop_no,
        judged_days.metric_name,
        'z' as curve,
        case kpis.polarity
            when 'higher_is_better' then judged_days.z_calibrated
            when 'lower_is_better' then -judged_days.z_calibrated
            else -abs(judged_days.z_calibrated)
        end as x,
        judged_days.is_default
    from judged_days
    inner join kpis
        on kpis.metric_name = judged_days.metric_name

    union all

    select
        metric_date,
        shop_no,
        metric_name,
        metric_name as curve,
        metric_value as x,
        1 as is_default
    from uncharted_values

),

final as (

    select
        -- ids
        judged.metric_date,
        judged.shop_no,
        judged.metric_name,

        -- strings
        kpis.dimension,

        -- numerics
        case
            when segments.next_x is null or judged.x < segments.x then segments.score
            else
                segments.score
                + (judged.x - segments.x)
                * (segments.next_score - segments.score) / (segments.next_x - segments.x)
        end as score,
        kpis.weight as kpi_weight,
        dimensions.weight as dimension_weight,

        -- booleans
        judged.is_default
    from judged
    inner join kpis
        on kpis.metric_name = judged.metric_name
    inner join dimensions
        on dimensions.dimension = kpis.dimension
    inner join segments
        on
            segments.curve = judged.curve
            and (segments.x <= judged.x or segments.previous_x is null)
            and (segments.next_x > judged.x or segments.next_x is null)

)

select * from final
