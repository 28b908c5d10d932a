{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'peer_group', 'metric_name'],
) }}

with

-- A store that still ramps up must not move the others.
members as (

    select *
    from {{ ref('int_store__deviations') }}
    where
        {{ in_rebuilt_dates('metric_date') }}
        and store_day_number >= {{ var('peer_from_day') }}
        and deviation is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by metric_date, peer_group, metric_name
            order by deviation
        ) as deviation_rank,
        row_number() over (
            partition by metric_date, peer_group, metric_name
            order by weekday_mean
        ) as mean_rank,
        count(*) over (partition by metric_date, peer_group, metric_name) as n_members
    from members

),

-- Of n values the one at floor(n / 2) and the two after it hold the median of all of them, and of
-- all but any one of them.
middles as (

    select
        metric_date,
        peer_group,
        metric_name,
        max(n_members) as n_members,
        {%- for place in range(3) %}
        max(case when deviation_rank = floor(n_members / 2) + {{ place }} then deviation end)
            as middle_{{ place }},
        {%- endfor %}
        max(case when mean_rank = floor(n_members / 2) then weekday_mean end) as mean_0,
        max(case when mean_rank = floor(n_members / 2) + 1 then weekday_mean end) as mean_1
    from ranked
    group by metric_date, peer_group, metric_name

),

final as (

    select
        -- ids
        metric_date,
        peer_group,
        metric_name,

        -- numerics
        {{ as_integer('n_members') }} as n_members,
        middle_0,
        middle_1,
        middle_2,
        case
            when floor(n_members / 2) * 2 = n_members then (middle_0 + middle_1) / 2
            else middle_1
        end as median_deviation,
        case
            when floor(n_members / 2) * 2 = n_members then (mean_0 + mean_1) / 2
            else mean_1
        end as median_weekday_mean
    from middles

)

select * from final
