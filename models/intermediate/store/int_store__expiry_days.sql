{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

statuses as (

    select
        status,
        role
    from {{ ref('status_codes') }}
    where feed = 'expiry_records'

),

sites as (

    select
        dept_id,
        time_zone
    from {{ ref('stg_opshop__sites') }}

),

utc_days as (

    select * from {{ ref('stg_calendar__utc_days') }}

),

prepared_records as (

    select
        records.business_date as metric_date,
        records.shop_no,
        records.quantity as prepared_quantity,
        0 as expired_quantity
    from {{ ref('stg_opqualitycontrol__expiry_records') }} as records
    inner join statuses
        on statuses.status = records.expiry_status
    where
        {{ near_rebuilt_dates('records.prepared_at') }}
        and {{ in_rebuilt_dates('records.business_date') }}

),

-- Left joins keep MariaDB from starting at the calendar; a date outside it drops out at the end.
expired_records as (

    select
        cast({{ local_timestamp('records.expires_at') }} as date) as metric_date,
        records.shop_no,
        0 as prepared_quantity,
        records.quantity as expired_quantity
    from {{ ref('stg_opqualitycontrol__expiry_records') }} as records
    inner join statuses
        on statuses.status = records.expiry_status
    left join sites
        on sites.dept_id = records.dept_id
    left join utc_days
        on
            utc_days.time_zone = sites.time_zone
            and utc_days.utc_day = cast(records.expires_at as date)
    where
        {{ near_rebuilt_dates('records.expires_at') }}
        and records.expires_at >= records.prepared_at
        and statuses.role = 'expired'

),

stacked as (

    select * from prepared_records

    union all

    select * from expired_records

),

final as (

    select
        -- ids
        metric_date,
        shop_no,

        -- numerics
        {{ as_integer('coalesce(sum(prepared_quantity), 0)') }} as prepared_quantity,
        {{ as_integer('coalesce(sum(expired_quantity), 0)') }} as expired_quantity
    from stacked
    where {{ in_rebuilt_dates('metric_date') }}
    group by metric_date, shop_no

)

select * from final
