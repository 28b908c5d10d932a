{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

shifts as (

    select *
    from {{ ref('stg_opempefficiency__attendance') }}
    where
        {{ near_rebuilt_dates('shift_started_at') }}
        and {{ in_rebuilt_dates('business_date') }}

),

measured as (

    select
        business_date as metric_date,
        shop_no,
        case
            when clocked_out_at >= clocked_in_at
                then {{ seconds_between('clocked_in_at', 'clocked_out_at') }}
        end as worked_seconds,
        case when clocked_in_at is not null then 1 else 0 end as is_attended,
        case
            when
                clocked_in_at
                > {{ add_seconds('shift_started_at', 60 * var('late_after_minutes')) }}
                then 1
            else 0
        end as is_late
    from shifts

),

final as (

    select
        -- ids
        metric_date,
        shop_no,

        -- numerics
        {{ as_integer('count(*)') }} as n_shifts,
        {{ as_integer('sum(is_attended)') }} as n_attended_shifts,
        {{ as_integer('sum(is_late)') }} as n_late_shifts,
        {{ as_integer('coalesce(sum(worked_seconds), 0)') }} as worked_seconds
    from measured
    group by metric_date, shop_no

)

select * from final
