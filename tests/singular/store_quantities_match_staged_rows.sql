-- Hours, prepared and expired quantities and items of a date are the sums over the staged rows that
-- count.
{%- set until = built_until('int_store__shift_days') %}

select
    sums.measure,
    sums.metric_date,
    sum(sums.staged) as staged,
    sum(sums.counted) as counted
from (
    select
        'worked_seconds' as measure,
        business_date as metric_date,
        coalesce(
            sum(
                case
                    when clocked_out_at >= clocked_in_at
                        then {{ seconds_between('clocked_in_at', 'clocked_out_at') }}
                end
            ), 0
        ) as staged,
        0 as counted
    from {{ ref('stg_opempefficiency__attendance') }}
    where
        shift_started_at >= {{ add_days(audit_from(), -1) }}
        and business_date >= {{ audit_from() }}
        and business_date <= {{ until }}
    group by business_date

    union all

    select
        'prepared_quantity' as measure,
        records.business_date as metric_date,
        coalesce(sum(records.quantity), 0) as staged,
        0 as counted
    from {{ ref('stg_opqualitycontrol__expiry_records') }} as records
    inner join {{ ref('status_codes') }} as statuses
        on
            statuses.feed = 'expiry_records'
            and statuses.status = records.expiry_status
    where
        records.prepared_at >= {{ add_days(audit_from(), -1) }}
        and records.business_date >= {{ audit_from() }}
        and records.business_date <= {{ until }}
    group by records.business_date

    union all

    select
        'expired_quantity' as measure,
        expired.expired_on as metric_date,
        coalesce(sum(expired.quantity), 0) as staged,
        0 as counted
    from (
        select
            records.quantity,
            cast({{ local_timestamp('records.expires_at') }} as date) as expired_on
        from {{ ref('stg_opqualitycontrol__expiry_records') }} as records
        inner join {{ ref('status_codes') }} as statuses
            on
                statuses.feed = 'expiry_records'
                and statuses.role = 'expired'
                and statuses.status = records.expiry_status
        inner join {{ ref('stg_opshop__sites') }} as sites
            on sites.dept_id = records.dept_id
        inner join {{ ref('stg_calendar__utc_days') }} as utc_days
            on
                utc_days.time_zone = sites.time_zone
                and utc_days.utc_day = cast(records.expires_at as date)
        where
            records.expires_at >= records.prepared_at
            and records.expires_at >= {{ add_days(audit_from(), -1) }}
    ) as expired
    where
        expired.expired_on >= {{ audit_from() }}
        and expired.expired_on <= {{ until }}
    group by expired.expired_on

    union all

    select
        'item_quantity' as measure,
        orders.metric_date,
        coalesce(sum(items.quantity), 0) as staged,
        0 as counted
    from {{ audited_rows(ref('int_store__valid_orders'), 'metric_date') }} as orders
    inner join {{ ref('stg_salesorder__trade_items') }} as items
        on items.order_no = orders.order_no
    where
        items.created_at >= {{ add_days(audit_from(), -1 - var('item_days_before_order')) }}
        and {{ days_between('orders.metric_date', 'items.business_date') }}
        between -{{ var('item_days_before_order') }} and {{ var('item_days_after_order') }}
    group by orders.metric_date

    {%- for measure, model in {
        'worked_seconds': 'int_store__shift_days',
        'prepared_quantity': 'int_store__expiry_days',
        'expired_quantity': 'int_store__expiry_days',
        'item_quantity': 'int_store__item_days',
    }.items() %}

    union all

    select
        '{{ measure }}' as measure,
        metric_date,
        0 as staged,
        sum({{ measure }}) as counted
    from {{ ref(model) }}
    where metric_date >= {{ audit_from() }}
    group by metric_date
    {%- endfor %}
) as sums
group by sums.measure, sums.metric_date
having sum(sums.staged) <> sum(sums.counted)
