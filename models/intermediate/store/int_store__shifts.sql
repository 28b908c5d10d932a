{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name'],
) }}

{%- set series = ['entity_type', 'shop_no', 'metric_name'] %}
{%- set gap_days = var('spc_gap_days') %}
{#- The longest memory counts points, which lie at most `gap_days` apart. #}
{%- set days_back = gap_days * (ewma_lags(var('ewma_lambda')) + 1) %}

with

baselines as (

    select *
    from {{ ref('int_store__baselines') }}
    where
        {{ since_rebuilt_dates('metric_date', days_back) }}
        and is_evaluable = 1

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

overrides as (

    select * from {{ ref('store_alert_overrides') }}

),

points as (

    select
        baselines.metric_date,
        baselines.entity_type,
        baselines.shop_no,
        baselines.metric_name,
        baselines.z_calibrated,
        {% for limit in ['warning_k', 'warning_h', 'critical_k', 'critical_h'] -%}
        coalesce(overrides.{{ limit }}, kpis.{{ limit }}) as {{ limit }}{{ ',' if not loop.last }}
        {% endfor %}
    from baselines
    inner join kpis
        on
            kpis.metric_name = baselines.metric_name
            and kpis.default_method = baselines.baseline_method
    left join overrides
        on
            overrides.shop_no = baselines.shop_no
            and overrides.metric_name = baselines.metric_name

),

{% for severity in ['warning', 'critical'] -%}
{{ severity }}_sums as (

    {{ spc_cusum(
        'points', series, 'metric_date', 'z_calibrated', severity ~ '_k', severity ~ '_h',
        memory=var('cusum_memory'), gap_days=gap_days
    ) }}

),

{% endfor -%}
averages as (

    {{ spc_ewma(
        'points', series, 'metric_date', 'z_calibrated', var('ewma_lambda'), var('ewma_limit'),
        gap_days=gap_days
    ) }}

),

final as (

    select
        -- ids
        averages.metric_date,
        averages.entity_type,
        averages.shop_no,
        averages.metric_name,

        -- numerics
        averages.z_calibrated,
        warning_sums.cusum_high as warning_cusum_high,
        warning_sums.cusum_low as warning_cusum_low,
        critical_sums.cusum_high as critical_cusum_high,
        critical_sums.cusum_low as critical_cusum_low,
        averages.ewma,
        averages.ewma_lower,
        averages.ewma_upper,

        -- limits
        averages.warning_k,
        averages.warning_h,
        averages.critical_k,
        averages.critical_h,

        -- sides
        warning_sums.cusum_signal as warning_signal,
        critical_sums.cusum_signal as critical_signal,
        averages.ewma_signal
    from averages
    {%- for severity in ['warning', 'critical'] %}
    inner join {{ severity }}_sums
        on
            {{ severity }}_sums.metric_date = averages.metric_date
            and {{ severity }}_sums.entity_type = averages.entity_type
            and {{ severity }}_sums.shop_no = averages.shop_no
            and {{ severity }}_sums.metric_name = averages.metric_name
    {%- endfor %}
    where {{ in_rebuilt_dates('averages.metric_date') }}

)

select * from final
