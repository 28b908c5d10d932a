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
        coalesce(overrides.warning_k, kpis.warning_k) as warning_k,
        coalesce(overrides.warning_h, kpis.warning_h) as warning_h,
        coalesce(overrides.critical_k, kpis.critical_k) as critical_k,
        coalesce(overrides.critical_h, kpis.critical_h) as critical_h
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

warned as (

    {{ spc_cusum(
        'points', series, 'metric_date', 'z_calibrated', 'warning_k', 'warning_h',
        memory=var('cusum_memory'), gap_days=gap_days, prefix='warning_cusum'
    ) }}

),

summed as (

    {{ spc_cusum(
        'warned', series, 'metric_date', 'z_calibrated', 'critical_k', 'critical_h',
        memory=var('cusum_memory'), gap_days=gap_days, prefix='critical_cusum'
    ) }}

),

averaged as (

    {{ spc_ewma(
        'summed', series, 'metric_date', 'z_calibrated', var('ewma_lambda'), var('ewma_limit'),
        gap_days=gap_days
    ) }}

),

final as (

    select
        -- ids
        metric_date,
        entity_type,
        shop_no,
        metric_name,

        -- numerics
        z_calibrated,
        warning_cusum_high,
        warning_cusum_low,
        critical_cusum_high,
        critical_cusum_low,
        ewma,
        ewma_lower,
        ewma_upper,

        -- limits
        warning_h,
        critical_h,

        -- sides
        warning_cusum_signal as warning_signal,
        critical_cusum_signal as critical_signal,
        ewma_signal
    from averaged
    where {{ in_rebuilt_dates('metric_date') }}

)

select * from final
