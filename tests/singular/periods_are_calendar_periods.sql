-- Periods have the length and the edges of their kind; a complete one holds each of its dates,
-- once, from the first date with data on.

select periods.*
from (
    select
        period_type,
        period_start,
        period_end,
        min(is_complete) as is_complete,
        max(is_complete) as is_complete_at_most,
        count(*) as n_dates,
        {{ days_between('period_start', 'period_end') }} + 1 as n_days
    from {{ ref('int_forecast__periods') }}
    group by period_type, period_start, period_end
) as periods
where
    periods.is_complete <> periods.is_complete_at_most
    or (
        periods.is_complete = 1
        and periods.n_dates <> periods.n_days
        and periods.period_start >= (
            select min(all_periods.business_date)
            from {{ ref('int_forecast__periods') }} as all_periods
        )
    )
    or periods.n_dates > periods.n_days
    or case periods.period_type
        when 'daily' then periods.n_days = 1
        when 'weekly' then periods.n_days = 7 and {{ iso_weekday('periods.period_start') }} = 1
        when 'monthly'
            then
                periods.period_start = {{ month_start('periods.period_end') }}
                and periods.period_end = {{ month_end('periods.period_start') }}
        when 'last_7d' then periods.n_days = 7
        when 'last_30d' then periods.n_days = 30
        else 1 = 0
    end is not true
