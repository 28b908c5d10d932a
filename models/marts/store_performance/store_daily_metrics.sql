{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
    indexes=[['shop_no', 'metric_date']],
) }}

with

daily_kpis as (

    select *
    from {{ ref('int_store__daily_kpis') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

final as (

    select
        -- ids
        shop_no,
        metric_date,
        dept_id,

        -- strings
        peer_group,
        missing_sources,

        -- numerics
        store_day_number,

        -- booleans
        is_holiday,
        is_incident,
        is_no_activity,

        -- KPIs
        {{ store_kpi_names() | join(',\n        ') }}
    from daily_kpis

)

select * from final
