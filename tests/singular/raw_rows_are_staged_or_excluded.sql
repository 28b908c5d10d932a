-- Every row of a raw table with a date is staged or excluded for a reason, once: a join that
-- multiplies rows or a filter that swallows them shows here, per feed.
{#- Instants a day or more after the first audited date lie on an audited date in every time zone,
    so only the rows around its midnight need their local date. -#}
{%- set feeds = [
    'order_predictions', 'stock_changes', 'trades', 'trade_items', 'production_orders',
    'expiry_records', 'qc_tasks', 'attendance',
] %}

select
    raw_counts.feed,
    raw_counts.n_raw,
    coalesce(dispositions.n_accounted, 0) as n_accounted
from (
    {% for feed in feeds -%}
    {%- set rules = feed_rules(feed) -%}
    select
        '{{ feed }}' as feed,
        {%- if 'business_date' in rules %}
        (
            select count(*)
            from {{ source('raw', 'raw_' ~ feed) }} as local_rows
            where {{ rules.business_date }} >= {{ audit_from() }}
        ) as n_raw
        {%- else %}
        (
            select count(*)
            from {{ source('raw', 'raw_' ~ feed) }} as source
            where {{ rules.occurred_at }} >= {{ add_days(audit_from(), 1) }}
        ) + (
            select count(*)
            from ({{ located_rows(feed) }}) as located
            where
                located.occurred_at >= {{ add_days(audit_from(), -1) }}
                and located.occurred_at < {{ add_days(audit_from(), 1) }}
                and coalesce(located.business_date, cast(located.occurred_at as date))
                >= {{ audit_from() }}
        ) as n_raw
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
) as raw_counts
left join (
    select
        feed,
        sum(n_rows) as n_accounted
    from {{ ref('int_audit__row_dispositions') }}
    where row_date >= {{ audit_from() }}
    group by feed
) as dispositions
    on dispositions.feed = raw_counts.feed
where raw_counts.n_raw <> coalesce(dispositions.n_accounted, 0)
