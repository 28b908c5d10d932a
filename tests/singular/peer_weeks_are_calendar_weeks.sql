-- Weeks begin on Mondays and are complete when their Sunday has been built.

select *
from {{ ref('store_peer_comparison') }}
where
    {{ iso_weekday('week_start') }} <> 1
    or is_complete <> case
        when {{ add_days('week_start', 6) }} <= {{ built_until('store_peer_comparison') }} then 1
        else 0
    end
