-- The reason of an end waits for its review; then recovered is near the level before, new_level is
-- not, and a level nobody knows decides nothing.
{%- set change_pct = '100 * abs(' ~ ratio('level_now', 'level_before') ~ ' - 1)' %}

select
    alert_id,
    last_seen_on,
    close_reason,
    level_before,
    level_alarm,
    level_now
from {{ ref('store_alerts') }}
where
    closed_on is not null
    and (
        case when close_reason = 'pending' then 1 else 0 end <> case
            when
                {{ add_days('last_seen_on', var('alert_review_days')) }}
                > {{ built_until('store_alerts') }}
                then 1
            else 0
        end
        or (
            close_reason in ('recovered', 'new_level')
            and (level_before is null or level_alarm is null or level_now is null)
        )
        or (close_reason = 'recovered' and {{ change_pct }} > {{ var('alert_recovery_pct') }})
        or (close_reason = 'new_level' and {{ change_pct }} <= {{ var('alert_recovery_pct') }})
    )
