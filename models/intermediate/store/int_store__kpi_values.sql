{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no', 'metric_name'],
    indexes=[['shop_no', 'metric_name', 'metric_date']],
) }}

with

daily_kpis as (

    select *
    from {{ ref('int_store__daily_kpis') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

stacked as (
    {% for kpi in store_kpi_names() %}
    select
        metric_date,
        shop_no,
        {{ as_string("'" ~ kpi ~ "'", 32) }} as metric_name,
        peer_group,
        store_day_number,
        iso_weekday,
        is_holiday,
        is_incident,
        is_no_activity,
        {{ as_double(kpi) }} as metric_value
    from daily_kpis
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

-- The first reason that applies; a blocked day holds no value for any baseline.
judged as (

    select
        stacked.*,
        kpis.transform,
        case
            when kpis.is_charted = 0 then 'not_charted'
            when stacked.is_holiday = 1 then 'holiday'
            when stacked.is_incident = 1 then 'incident'
            when stacked.is_no_activity = 1 then 'no_activity'
            when stacked.metric_value is null then 'missing_value'
        end as blocked_reason
    from stacked
    inner join kpis
        on kpis.metric_name = stacked.metric_name

),

final as (

    select
        -- ids
        metric_date,
        shop_no,
        metric_name,

        -- strings
        peer_group,
        {{ as_string('blocked_reason', 16) }} as blocked_reason,

        -- numerics
        store_day_number,
        iso_weekday,
        metric_value,
        case when blocked_reason is null then metric_value end as plain_value,
        case when blocked_reason is null then {{ transformed('metric_value', 'transform') }} end
            as transformed_value
    from judged

)

select * from final
