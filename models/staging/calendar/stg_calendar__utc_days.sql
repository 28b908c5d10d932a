{{ config(materialized='table', primary_key=['time_zone', 'utc_day']) }}

with

offsets as (

    select * from {{ ref('utc_offsets') }}

),

numbers as (

    {{ numbers() }}

),

-- An offset holds on every UTC date that it touches; on the date of a change two of them do.
days as (

    select
        offsets.time_zone,
        {{ add_days('cast(offsets.utc_from as date)', 'numbers.n') }} as utc_day,
        offsets.utc_from,
        offsets.utc_to,
        offsets.offset_seconds
    from offsets
    inner join numbers
        on numbers.n <= {{ days_between(
            'cast(offsets.utc_from as date)', 'cast(offsets.utc_to as date)'
        ) }}

),

touched as (

    select *
    from days
    where utc_to > utc_day

),

folded as (

    select
        time_zone,
        utc_day,
        min(case when utc_from <= utc_day then offset_seconds end) as offset_seconds,
        min(case when utc_from > utc_day then offset_seconds end) as changed_offset_seconds,
        min(case when utc_from > utc_day then utc_from end) as begins_at,
        min(case when utc_to < {{ add_days('utc_day', 1) }} then utc_to end) as ends_at
    from touched
    group by time_zone, utc_day

),

-- Where a zone's last offset ends within a date, what follows has no offset: it is found outside.
final as (

    select
        -- ids
        time_zone,
        utc_day,

        -- numerics
        offset_seconds,
        changed_offset_seconds,

        -- timestamps
        coalesce(begins_at, ends_at) as changed_at
    from folded

)

select * from final
