{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name'],
    indexes=[['shop_no', 'metric_name', 'metric_date']],
) }}

with

shifts as (

    select *
    from {{ ref('int_store__shifts') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

final as (

    select
        -- ids
        shop_no,
        metric_date,
        metric_name,
        entity_type,

        -- numerics
        z_calibrated,
        warning_cusum_high,
        warning_cusum_low,
        warning_h,
        critical_cusum_high,
        critical_cusum_low,
        critical_h,
        ewma,
        ewma_lower,
        ewma_upper,

        -- sides
        warning_signal,
        critical_signal,
        ewma_signal
    from shifts

)

select * from final
