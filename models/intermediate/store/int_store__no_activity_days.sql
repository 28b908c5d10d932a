{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

-- The whole history: the evaluable day before may lie far back. It is one row per store and day.
evaluable_days as (

    select
        metric_date,
        shop_no,
        store_day_number,
        is_no_activity,
        lag(is_no_activity) over (
            partition by shop_no
            order by metric_date
        ) as was_no_activity
    from {{ ref('int_store__daily_kpis') }}
    where
        has_trades = 1
        and is_holiday = 0
        and is_incident = 0

),

final as (

    select
        -- ids
        metric_date,
        shop_no,

        -- numerics
        store_day_number,

        -- booleans
        is_no_activity,
        coalesce(was_no_activity, 0) as was_no_activity
    from evaluable_days
    where {{ in_rebuilt_dates('metric_date') }}

)

select * from final
