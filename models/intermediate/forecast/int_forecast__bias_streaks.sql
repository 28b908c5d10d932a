{{ config(
    materialized='table',
    primary_key=['entity_type', 'entity_value', 'business_date'],
) }}

with

daily_errors as (

    select
        entity_type,
        entity_value,
        business_date,
        mfe,
        case when mfe > 0 then 1 when mfe < 0 then -1 else 0 end as mfe_sign
    from {{ ref('int_forecast__alert_measures') }}
    where
        period_type = 'daily'
        and mfe is not null

),

-- Days of one sign in a row keep the distance between their place among all days and their place
-- among the days of that sign.
placed as (

    select
        *,
        row_number() over (
            partition by entity_type, entity_value
            order by business_date
        ) - row_number() over (
            partition by entity_type, entity_value, mfe_sign
            order by business_date
        ) as streak_id
    from daily_errors

),

counted as (

    select
        *,
        case
            when mfe_sign <> 0
                then row_number() over (
                    partition by entity_type, entity_value, mfe_sign, streak_id
                    order by business_date
                )
            else 0
        end as streak_days
    from placed

),

final as (

    select
        entity_type,
        entity_value,
        business_date,
        mfe,
        {{ as_integer('mfe_sign') }} as mfe_sign,
        {{ as_integer('streak_days') }} as streak_days
    from counted

)

select * from final
