-- Rows at the source without a date belong to no window and are not copied: the newest count of
-- each feed.
{{ config(severity='warn', fail_calc='coalesce(sum(rows_undated), 0)') }}

select
    steps.feed,
    steps.rows_undated
from {{ source('raw', 'load_steps') }} as steps
inner join (
    select
        feed,
        max(load_id) as load_id
    from {{ source('raw', 'load_steps') }}
    where status = 'ok'
    group by feed
) as newest
    on newest.load_id = steps.load_id
where steps.rows_undated > 0
