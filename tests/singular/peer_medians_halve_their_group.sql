-- The value of a store less its distance from the median is the same for every store of a group and
-- week, and no more than half of them lie on either side of it.

select
    week_start,
    peer_group,
    metric_name,
    count(*) as n_stores,
    min(metric_value - distance_from_median) as lowest_median,
    max(metric_value - distance_from_median) as highest_median,
    sum(case when distance_from_median > 0 then 1 else 0 end) as n_above,
    sum(case when distance_from_median < 0 then 1 else 0 end) as n_below
from {{ ref('store_peer_comparison') }}
group by week_start, peer_group, metric_name
having
    {{ differs(
        'min(metric_value - distance_from_median)', 'max(metric_value - distance_from_median)'
    ) }}
    or 2 * sum(case when distance_from_median > 0 then 1 else 0 end) > count(*)
    or 2 * sum(case when distance_from_median < 0 then 1 else 0 end) > count(*)
