{{ config(
    materialized='table',
    primary_key=['period_end', 'period_type', 'business_date'],
) }}

with

numbers as (

    {{ numbers() }}

),

bounds as (

    select
        min(business_date) as first_date,
        {{ date_literal(as_of_date()) }} as as_of_date
    from {{ ref('int_forecast__daily_components') }}

),

dates as (

    select
        bounds.first_date,
        bounds.as_of_date,
        {{ add_days('bounds.first_date', 'numbers.n') }} as business_date
    from bounds
    inner join numbers
        on numbers.n <= {{ days_between('bounds.first_date', 'bounds.as_of_date') }}

),

calendar_periods as (

    select
        'daily' as period_type,
        business_date as period_start,
        business_date as period_end,
        business_date,
        as_of_date
    from dates

    union all

    select
        'weekly' as period_type,
        {{ add_days('business_date', '1 - ' ~ iso_weekday('business_date')) }} as period_start,
        {{ add_days('business_date', '7 - ' ~ iso_weekday('business_date')) }} as period_end,
        business_date,
        as_of_date
    from dates

    union all

    select
        'monthly' as period_type,
        {{ month_start('business_date') }} as period_start,
        {{ month_end('business_date') }} as period_end,
        business_date,
        as_of_date
    from dates

),

rolling_lengths as (

    select
        'last_7d' as period_type,
        7 as n_days
    union all
    select
        'last_30d' as period_type,
        30 as n_days

),

-- A date belongs to the rolling periods that end on it and on the days after it.
rolling_members as (

    select
        rolling_lengths.period_type,
        rolling_lengths.n_days,
        {{ add_days('dates.business_date', 'numbers.n') }} as period_end,
        dates.business_date,
        dates.first_date,
        dates.as_of_date
    from dates
    cross join rolling_lengths
    inner join numbers
        on numbers.n < rolling_lengths.n_days

),

rolling_periods as (

    select
        period_type,
        {{ add_days('period_end', '1 - n_days') }} as period_start,
        period_end,
        business_date,
        first_date
    from rolling_members
    where period_end <= as_of_date

),

final as (

    select
        period_type,
        period_start,
        period_end,
        business_date,
        case when period_end <= as_of_date then 1 else 0 end as is_complete
    from calendar_periods

    union all

    select
        period_type,
        period_start,
        period_end,
        business_date,
        case when period_start >= first_date then 1 else 0 end as is_complete
    from rolling_periods

)

select * from final
