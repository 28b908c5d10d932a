-- Stores that would count, if the shop server knew when they opened: nothing of them is judged.
{{ config(severity='warn') }}

select
    dept_id,
    shop_no,
    store_name
from {{ ref('stg_opshop__sites') }}
where
    exclusion_reason is null
    and open_date is null
