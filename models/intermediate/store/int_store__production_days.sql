{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

production_orders as (

    select
        business_date as metric_date,
        shop_no,
        {{ seconds_between('started_at', 'ended_at') }} as production_seconds
    from {{ ref('stg_opproduction__production_orders') }}
    where
        {{ near_rebuilt_dates('started_at') }}
        and {{ in_rebuilt_dates('business_date') }}
        and ended_at >= started_at

),

placed as (

    select
        *,
        cume_dist() over (
            partition by metric_date, shop_no
            order by production_seconds
        ) as cumulative_share
    from production_orders

),

final as (

    select
        -- ids
        metric_date,
        shop_no,

        -- numerics
        {{ as_integer('count(*)') }} as n_production_orders,
        {{ ratio('sum(production_seconds)', 'count(*)') }} as avg_production_seconds,
        {{ as_double('min(case when cumulative_share >= 0.95 then production_seconds end)') }}
            as p95_production_seconds
    from placed
    group by metric_date, shop_no

)

select * from final
