{{ config(
    date_column='row_date',
    primary_key=['row_date', 'feed', 'disposition'],
) }}

{%- set feeds = [
    'order_predictions', 'stock_changes', 'trades', 'trade_items', 'production_orders',
    'expiry_records', 'qc_tasks', 'attendance',
] %}

with

{% for feed in feeds -%}
{{ feed }} as (

    select
        {{ as_string("'" ~ feed ~ "'", 32) }} as feed,
        coalesce(business_date, cast(occurred_at as date)) as row_date,
        {{ as_string("coalesce(exclusion_reason, 'staged')", 32) }} as disposition
    from ({{ located_rows(feed) }}) as located
    {%- if 'business_date' not in feed_rules(feed) %}
    where {{ not_before_rebuilt_dates('occurred_at') }}
    {%- endif %}

),

{% endfor -%}
stacked as (
    {% for feed in feeds %}
    select * from {{ feed }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (

    select
        row_date,
        feed,
        disposition,
        count(*) as n_rows
    from stacked
    where row_date >= {{ rebuild_from() }}
    group by row_date, feed, disposition

)

select * from final
