-- Ranks run from 1 to the number of stores, equal values share one, and the percentile counts half
-- of them.

select compared.*
from (
    select
        peers.week_start,
        peers.shop_no,
        peers.metric_name,
        peers.peer_rank,
        peers.n_stores,
        peers.percentile,
        count(*) as n_found,
        sum(case when others.metric_value > peers.metric_value then 1 else 0 end) as n_above,
        sum(case when others.metric_value < peers.metric_value then 1 else 0 end) as n_below
    from {{ ref('store_peer_comparison') }} as peers
    inner join {{ ref('store_peer_comparison') }} as others
        on
            others.week_start = peers.week_start
            and others.metric_name = peers.metric_name
            and others.peer_group = peers.peer_group
    group by
        peers.week_start,
        peers.shop_no,
        peers.metric_name,
        peers.peer_rank,
        peers.n_stores,
        peers.percentile
) as compared
where
    compared.n_stores <> compared.n_found
    or compared.peer_rank <> compared.n_above + 1
    or {{ differs(
        'compared.percentile * compared.n_found',
        '50 * (compared.n_found + compared.n_below - compared.n_above)'
    ) }}
