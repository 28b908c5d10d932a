-- Store alerts of one family, entity and dimension follow one another: the next opens after this
-- one has closed.

select episodes.*
from (
    select
        family,
        entity_type,
        shop_no,
        dimension,
        opened_on,
        closed_on,
        lead(opened_on) over (
            partition by family, entity_type, shop_no, dimension
            order by opened_on, last_seen_on
        ) as next_opened_on
    from {{ ref('store_alerts') }}
) as episodes
where
    episodes.next_opened_on is not null
    and (
        episodes.closed_on is null
        or episodes.next_opened_on <= episodes.closed_on
    )
