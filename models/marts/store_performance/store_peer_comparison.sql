{{ config(
    materialized='table',
    primary_key=['week_start', 'shop_no', 'metric_name'],
    indexes=[['shop_no', 'week_start']],
) }}

{%- set cell = 'partition by week_start, peer_group, metric_name' %}

with

weeks as (

    select * from {{ ref('int_store__peer_weeks') }}

),

ranked as (

    select
        *,
        count(*) over ({{ cell }}) as n_stores,
        {{ as_integer(
            'rank() over (' ~ cell ~ ' order by metric_value desc)'
        ) }} as peer_rank,
        {{ as_integer(
            'rank() over (' ~ cell ~ ' order by metric_value asc)'
        ) }} as rank_from_below,
        row_number() over ({{ cell }} order by metric_value asc, shop_no asc) as place
    from weeks

),

medians as (

    select
        week_start,
        peer_group,
        metric_name,
        avg(metric_value) as median_value
    from ranked
    where place in (floor((n_stores + 1) / 2), floor(n_stores / 2) + 1)
    group by week_start, peer_group, metric_name

),

-- From either end the rank counts those strictly beyond; what is left over are ties.
final as (

    select
        -- ids
        ranked.shop_no,
        ranked.week_start,
        ranked.metric_name,

        -- strings
        ranked.peer_group,

        -- numerics
        ranked.metric_value,
        {{ as_integer('ranked.n_stores') }} as n_stores,
        {{ as_integer('ranked.peer_rank') }} as peer_rank,
        100 * {{ ratio(
            'ranked.rank_from_below - 1 + (ranked.n_stores - ranked.peer_rank'
            ~ ' - ranked.rank_from_below + 2) / 2e0',
            'ranked.n_stores'
        ) }} as percentile,
        ranked.metric_value - medians.median_value as distance_from_median,

        -- booleans
        case
            when {{ add_days('ranked.week_start', 6) }} <= {{ date_literal(as_of_date()) }} then 1
            else 0
        end as is_complete
    from ranked
    inner join medians
        on
            medians.week_start = ranked.week_start
            and medians.peer_group = ranked.peer_group
            and medians.metric_name = ranked.metric_name

)

select * from final
