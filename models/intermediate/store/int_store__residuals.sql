{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name'],
    indexes=[['entity_type', 'shop_no', 'metric_name', 'metric_date']],
) }}

with

deviations as (

    select *
    from {{ ref('int_store__deviations') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

peer_medians as (

    select *
    from {{ ref('int_store__peer_medians') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

dates as (

    select
        metric_date,
        max(is_holiday) as is_holiday
    from {{ ref('int_store__days') }}
    where {{ in_rebuilt_dates('metric_date') }}
    group by metric_date

),

-- A group has a series of its own from the day its first store counts as a peer.
peer_groups as (

    select
        peer_group,
        min(metric_date) as first_date
    from {{ ref('int_store__days') }}
    where store_day_number = {{ var('peer_from_day') }}
    group by peer_group

),

members as (

    select
        deviations.*,
        peer_medians.n_members,
        peer_medians.middle_0,
        peer_medians.middle_1,
        peer_medians.middle_2,
        peer_medians.median_deviation,
        case
            when
                deviations.store_day_number >= {{ var('peer_from_day') }}
                and deviations.deviation is not null
                then 1
            else 0
        end as is_member
    from deviations
    left join peer_medians
        on
            peer_medians.metric_date = deviations.metric_date
            and peer_medians.peer_group = deviations.peer_group
            and peer_medians.metric_name = deviations.metric_name

),

-- The k-th of the others is the k-th of all below the store's own place, and the next one from
-- there.
others as (

    select
        *,
        n_members - is_member as n_peers,
        case when deviation <= middle_0 then middle_1 else middle_0 end as lower_middle,
        case when deviation <= middle_1 then middle_2 else middle_1 end as upper_middle
    from members

),

compared as (

    select
        *,
        case
            when n_peers is null or n_peers < {{ var('peer_min_stores') }} then null
            when is_member = 0 then median_deviation
            when floor(n_members / 2) * 2 = n_members then lower_middle
            else (lower_middle + upper_middle) / 2
        end as peer_term
    from others

),

store_series as (

    select
        metric_date,
        {{ as_string("'store'", 16) }} as entity_type,
        {{ as_string('shop_no', 64) }} as shop_no,
        metric_name,
        peer_group,
        blocked_reason,
        store_day_number,
        metric_value,
        transformed_value,
        center_n,
        weekday_mean,
        deviation,
        {{ as_integer('coalesce(n_peers, 0)') }} as n_peers,
        peer_term,
        deviation - peer_term as adjusted_deviation
    from compared

),

-- What hits everybody is taken out of every store's residual, so it is charted here.
group_days as (

    select
        dates.metric_date,
        peer_groups.peer_group,
        kpis.metric_name,
        kpis.transform,
        dates.is_holiday,
        {{ as_integer('coalesce(peer_medians.n_members, 0)') }} as n_members,
        case
            when peer_medians.n_members >= {{ var('peer_min_stores') }}
                then peer_medians.median_deviation
        end as deviation,
        case
            when peer_medians.n_members >= {{ var('peer_min_stores') }}
                then peer_medians.median_weekday_mean
        end as weekday_mean
    from peer_groups
    inner join dates
        on dates.metric_date >= peer_groups.first_date
    inner join kpis
        on kpis.is_charted = 1
    left join peer_medians
        on
            peer_medians.metric_date = dates.metric_date
            and peer_medians.peer_group = peer_groups.peer_group
            and peer_medians.metric_name = kpis.metric_name

),

group_series as (

    select
        metric_date,
        {{ as_string("'peer_group'", 16) }} as entity_type,
        {{ as_string('peer_group', 64) }} as shop_no,
        metric_name,
        peer_group,
        case
            when is_holiday = 1 then 'holiday'
            when deviation is null then 'missing_value'
        end as blocked_reason,
        null as store_day_number,
        {{ original('weekday_mean + deviation', 'transform') }} as metric_value,
        weekday_mean + deviation as transformed_value,
        null as center_n,
        weekday_mean,
        deviation,
        n_members as n_peers,
        null as peer_term,
        null as adjusted_deviation
    from group_days

),

final as (

    select * from store_series

    union all

    select * from group_series

)

select * from final
