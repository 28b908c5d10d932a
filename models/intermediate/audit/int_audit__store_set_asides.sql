{{ config(
    date_column='row_date',
    primary_key=['row_date', 'feed', 'disposition'],
) }}

{#- An item that is still farther from its order is not looked for: reading the whole history each
    night would cost more every night. #}
{%- set farthest_item_days = 4 * var('item_days_before_order') %}

with

statuses as (

    select
        feed,
        status,
        role
    from {{ ref('status_codes') }}

),

trades as (

    select
        staged.business_date as row_date,
        {{ as_string("'trades'", 32) }} as feed,
        case when statuses.status is null then 'unknown_status' end as disposition
    from {{ ref('stg_salesorder__trades') }} as staged
    left join statuses
        on
            statuses.feed = 'trades'
            and statuses.status = staged.order_status
    where
        {{ near_rebuilt_dates('staged.paid_at') }}
        and {{ in_rebuilt_dates('staged.business_date') }}

),

production_orders as (

    select
        business_date as row_date,
        {{ as_string("'production_orders'", 32) }} as feed,
        case
            when ended_at is null then 'unfinished'
            when ended_at < started_at then 'ends_before_start'
        end as disposition
    from {{ ref('stg_opproduction__production_orders') }}
    where
        {{ near_rebuilt_dates('started_at') }}
        and {{ in_rebuilt_dates('business_date') }}

),

-- What was used needs no expiry date: only what expired is counted on one.
expiry_records as (

    select
        staged.business_date as row_date,
        {{ as_string("'expiry_records'", 32) }} as feed,
        case
            when statuses.status is null then 'unknown_status'
            when statuses.role <> 'expired' then null
            when staged.expires_at is null then 'missing_expiry'
            when staged.expires_at < staged.prepared_at then 'expires_before_prepared'
        end as disposition
    from {{ ref('stg_opqualitycontrol__expiry_records') }} as staged
    left join statuses
        on
            statuses.feed = 'expiry_records'
            and statuses.status = staged.expiry_status
    where
        {{ near_rebuilt_dates('staged.prepared_at') }}
        and {{ in_rebuilt_dates('staged.business_date') }}

),

qc_tasks as (

    select
        staged.business_date as row_date,
        {{ as_string("'qc_tasks'", 32) }} as feed,
        case when statuses.status is null then 'unknown_status' end as disposition
    from {{ ref('stg_opqualitycontrol__qc_tasks') }} as staged
    left join statuses
        on
            statuses.feed = 'qc_tasks'
            and statuses.status = staged.task_status
    where
        {{ near_rebuilt_dates('staged.created_at') }}
        and {{ in_rebuilt_dates('staged.business_date') }}

),

attendance as (

    select
        business_date as row_date,
        {{ as_string("'attendance'", 32) }} as feed,
        case
            when clocked_in_at is null or clocked_out_at is null then 'missing_clock'
            when clocked_out_at < clocked_in_at then 'clock_out_before_clock_in'
        end as disposition
    from {{ ref('stg_opempefficiency__attendance') }}
    where
        {{ near_rebuilt_dates('shift_started_at') }}
        and {{ in_rebuilt_dates('business_date') }}

),

orders as (

    select distinct
        staged.order_no,
        staged.business_date
    from {{ ref('stg_salesorder__trades') }} as staged
    inner join statuses
        on
            statuses.feed = 'trades'
            and statuses.role = 'valid'
            and statuses.status = staged.order_status
    where
        staged.paid_at >= {{ add_days(rebuild_from(), -1 - farthest_item_days) }}
        and staged.paid_at < {{ add_days(date_literal(as_of_date()), 2) }}

),

items as (

    select
        order_no,
        business_date
    from {{ ref('stg_salesorder__trade_items') }}
    where
        created_at >= {{ add_days(rebuild_from(), -1 - farthest_item_days) }}
        and created_at < {{ add_days(date_literal(as_of_date()), 2) }}

),

paired_items as (

    select
        orders.business_date as ordered_on,
        items.business_date as posted_on,
        {{ days_between('orders.business_date', 'items.business_date') }} as days_after_order
    from items
    inner join orders
        on orders.order_no = items.order_no

),

-- Dated by the later of the two: a change of either row rebuilds that date.
far_items as (

    select
        case when posted_on > ordered_on then posted_on else ordered_on end as row_date,
        {{ as_string("'trade_items'", 32) }} as feed,
        'far_from_order' as disposition
    from paired_items
    where
        days_after_order between {{ var('item_days_after_order') + 1 }} and {{ farthest_item_days }}
        or days_after_order
        between -{{ farthest_item_days }} and -{{ var('item_days_before_order') + 1 }}

),

stacked as (

    select * from trades

    union all

    select * from production_orders

    union all

    select * from expiry_records

    union all

    select * from qc_tasks

    union all

    select * from attendance

    union all

    select * from far_items
    where {{ in_rebuilt_dates('row_date') }}

),

final as (

    select
        -- ids
        row_date,
        feed,
        {{ as_string('disposition', 32) }} as disposition,

        -- numerics
        count(*) as n_rows
    from stacked
    where disposition is not null
    group by row_date, feed, disposition

)

select * from final
