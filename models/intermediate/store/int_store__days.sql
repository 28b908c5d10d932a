{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

sites as (

    select *
    from {{ ref('stg_opshop__sites') }}
    where
        exclusion_reason is null
        and open_date is not null

),

capacities as (

    select
        dept_id,
        hourly_capacity
    from {{ ref('stores') }}

),

holidays as (

    select * from {{ ref('holidays') }}

),

incidents as (

    select * from {{ ref('store_incidents') }}

),

numbers as (

    {{ numbers() }}

),

spans as (

    select
        *,
        case
            when open_date < {{ rebuild_from() }} then {{ rebuild_from() }}
            else cast(open_date as date)
        end as first_date,
        case
            when closed_on < {{ date_literal(as_of_date()) }} then closed_on
            else {{ date_literal(as_of_date()) }}
        end as last_date
    from sites

),

days as (

    select
        spans.shop_no,
        spans.dept_id,
        spans.peer_group,
        spans.time_zone,
        spans.open_date,
        {{ add_days('spans.first_date', 'numbers.n') }} as metric_date
    from spans
    inner join numbers
        on numbers.n <= {{ days_between('spans.first_date', 'spans.last_date') }}

),

incident_days as (

    select
        days.shop_no,
        days.metric_date,
        min(incidents.reason) as incident_reason
    from days
    inner join incidents
        on
            incidents.shop_no = days.shop_no
            and days.metric_date between incidents.first_date and incidents.last_date
    group by days.shop_no, days.metric_date

),

final as (

    select
        -- ids
        days.metric_date,
        days.shop_no,
        days.dept_id,

        -- strings
        coalesce(days.peer_group, 'none') as peer_group,
        days.time_zone,
        holidays.holiday_name,
        incident_days.incident_reason,

        -- numerics
        {{ as_integer(days_between('days.open_date', 'days.metric_date') ~ ' + 1') }}
            as store_day_number,
        {{ as_integer(iso_weekday('days.metric_date')) }} as iso_weekday,
        capacities.hourly_capacity,

        -- booleans
        case when holidays.holiday_date is not null then 1 else 0 end as is_holiday,
        case when incident_days.shop_no is not null then 1 else 0 end as is_incident
    from days
    left join capacities
        on capacities.dept_id = days.dept_id
    left join holidays
        on holidays.holiday_date = days.metric_date
    left join incident_days
        on
            incident_days.shop_no = days.shop_no
            and incident_days.metric_date = days.metric_date

)

select * from final
