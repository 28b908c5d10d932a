{{ config(
    materialized='table',
    primary_key=['opened_shop_no', 'affected_shop_no'],
) }}

{#- Mean radius of the Earth in km (IUGG, Moritz 2000). #}
{%- set earth_radius_km = 6371.0088 %}
{%- set radians = 'acos(-1e0) / 180 *' %}

with

sites as (

    select
        days.shop_no,
        days.peer_group,
        min(days.metric_date) as opened_on,
        min({{ as_double('stores.latitude') }}) as latitude,
        min({{ as_double('stores.longitude') }}) as longitude
    from {{ ref('int_store__days') }} as days
    left join {{ ref('stores') }} as stores
        on stores.dept_id = days.dept_id
    where days.store_day_number = 1
    group by days.shop_no, days.peer_group

),

pairs as (

    select
        opened.shop_no as opened_shop_no,
        affected.shop_no as affected_shop_no,
        opened.peer_group,
        opened.opened_on,
        opened.latitude as opened_latitude,
        opened.longitude as opened_longitude,
        affected.latitude as affected_latitude,
        affected.longitude as affected_longitude
    from sites as opened
    inner join sites as affected
        on
            affected.peer_group = opened.peer_group
            and affected.opened_on <= {{ add_days('opened.opened_on', 1 - var('peer_from_day')) }}

),

-- Both stores less what hits the whole group, so that the weather is no sign of competition.
residuals as (

    select
        deviations.metric_date,
        deviations.shop_no,
        deviations.deviation - case
            when peer_medians.n_members >= {{ var('peer_min_stores') }}
                then peer_medians.median_deviation
            else 0
        end as residual
    from {{ ref('int_store__deviations') }} as deviations
    left join {{ ref('int_store__peer_medians') }} as peer_medians
        on
            peer_medians.metric_date = deviations.metric_date
            and peer_medians.peer_group = deviations.peer_group
            and peer_medians.metric_name = deviations.metric_name
    where
        deviations.metric_name = 'revenue'
        and deviations.deviation is not null

),

paired_days as (

    select
        pairs.opened_shop_no,
        pairs.affected_shop_no,
        affected.residual as affected_residual,
        opened.residual as opened_residual,
        case when opened.residual is not null then affected.residual end as joint_residual
    from pairs
    inner join residuals as affected
        on
            affected.shop_no = pairs.affected_shop_no
            and affected.metric_date >= pairs.opened_on
            and affected.metric_date
            < {{ add_days('pairs.opened_on', var('cannibalization_days')) }}
    left join residuals as opened
        on
            opened.shop_no = pairs.opened_shop_no
            and opened.metric_date = affected.metric_date

),

summed as (

    select
        opened_shop_no,
        affected_shop_no,
        avg(affected_residual) as mean_residual,
        count(opened_residual) as n_days,
        sum(opened_residual) as sum_x,
        sum(joint_residual) as sum_y,
        sum(opened_residual * opened_residual) as sum_xx,
        sum(joint_residual * joint_residual) as sum_yy,
        sum(opened_residual * joint_residual) as sum_xy
    from paired_days
    group by opened_shop_no, affected_shop_no

),

correlated as (

    select
        *,
        case
            when
                n_days >= {{ var('cannibalization_min_days') }}
                and n_days * sum_xx - sum_x * sum_x > 0
                and n_days * sum_yy - sum_y * sum_y > 0
                then
                    (n_days * sum_xy - sum_x * sum_y)
                    / sqrt(n_days * sum_xx - sum_x * sum_x)
                    / sqrt(n_days * sum_yy - sum_y * sum_y)
        end as correlation
    from summed

),

-- The haversine of the central angle between the two places (Sinnott 1984).
measured as (

    select
        *,
        sin({{ radians }} (affected_latitude - opened_latitude) / 2)
        * sin({{ radians }} (affected_latitude - opened_latitude) / 2)
        + cos({{ radians }} opened_latitude) * cos({{ radians }} affected_latitude)
        * sin({{ radians }} (affected_longitude - opened_longitude) / 2)
        * sin({{ radians }} (affected_longitude - opened_longitude) / 2) as haversine
    from pairs

),

final as (

    select
        -- ids
        measured.opened_shop_no,
        measured.affected_shop_no,

        -- numerics
        {{ as_integer('coalesce(correlated.n_days, 0)') }} as n_days,
        correlated.correlation,
        correlated.mean_residual,
        {{ 2 * earth_radius_km }} * asin(sqrt(measured.haversine)) as distance_km,

        -- dates
        measured.opened_on,

        -- booleans
        case
            when
                correlated.correlation <= {{ var('cannibalization_correlation') }}
                and correlated.mean_residual < 0
                then 1
            else 0
        end as is_candidate
    from measured
    left join correlated
        on
            correlated.opened_shop_no = measured.opened_shop_no
            and correlated.affected_shop_no = measured.affected_shop_no

)

select * from final
