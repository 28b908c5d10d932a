{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'feed'],
    feeds=store_feeds(),
) }}

{%- set quoted_feeds = [] %}
{%- for feed in store_feeds() %}
{%- do quoted_feeds.append("'" ~ feed ~ "'") %}
{%- endfor %}

with

load_steps as (

    select *
    from {{ source('raw', 'load_steps') }}
    where
        status = 'ok'
        and load_id <= {{ rebuild_plan().load_id }}
        and feed in (
            {{ quoted_feeds | join(',\n            ') }}
        )

),

utc_days as (

    select *
    from {{ ref('stg_calendar__utc_days') }}
    where time_zone = '{{ var("default_time_zone") }}'

),

dates as (

    select distinct metric_date
    from {{ ref('int_store__days') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

-- Many steps read the same window: the one that read it last knows most.
windows as (

    select
        load_steps.feed,
        load_steps.window_from,
        load_steps.window_to,
        max(cast({{ local_timestamp('load_steps.read_at') }} as date)) as read_on
    from load_steps
    inner join utc_days
        on utc_days.utc_day = cast(load_steps.read_at as date)
    group by load_steps.feed, load_steps.window_from, load_steps.window_to

),

final as (

    select
        dates.metric_date,
        {{ as_string('windows.feed', 32) }} as feed,
        max(windows.read_on) as read_on
    from dates
    inner join windows
        on
            dates.metric_date between windows.window_from and windows.window_to
            and windows.read_on > dates.metric_date
    group by dates.metric_date, windows.feed

)

select * from final
