{% macro located_rows(feed) -%}
    {%- set rules = storewatch.feed_rules(feed) -%}
    select
        dated.*,
        case
            {%- for reason, condition in rules.get('first_reasons', {}).items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
            when dated.site_dept_id is null then 'unmapped_store'
            when dated.site_exclusion_reason is not null then dated.site_exclusion_reason
            when dated.occurred_at is null then 'missing_timestamp'
            when dated.local_at is null then 'outside_utc_offsets'
            {%- for reason, condition in rules.get('reasons', {}).items() %}
            when {{ condition }} then '{{ reason }}'
            {%- endfor %}
            when dated.business_date < dated.open_date then 'not_yet_open'
            when dated.business_date > dated.closed_on then 'closed'
        end as exclusion_reason
    from (
        select
            local_rows.*,
            {{ rules.get('business_date', 'cast(local_rows.local_at as date)') }} as business_date
        from (
            select
                source.*,
                {{ rules.get('join_columns', '') }}
                sites.dept_id as site_dept_id,
                sites.shop_no as site_shop_no,
                sites.open_date,
                sites.closed_on,
                sites.exclusion_reason as site_exclusion_reason,
                {{ rules.occurred_at }} as occurred_at,
                {{ storewatch.local_timestamp(rules.occurred_at) }} as local_at
            from {{ source('raw', 'raw_' ~ feed) }} as source
            {{ rules.get('join', '') }}
            left join {{ ref('stg_opshop__sites') }} as sites
                on sites.dept_id = {{ rules.get('dept_id', 'source.dept_id') }}
            left join {{ ref('stg_calendar__utc_days') }} as utc_days
                on utc_days.time_zone = coalesce(sites.time_zone, '{{ var("default_time_zone") }}')
                and utc_days.utc_day = cast({{ rules.occurred_at }} as date)
        ) as local_rows
    ) as dated
{%- endmacro %}
