-- Stock changes with a reason code that stock_reason_codes does not list, counted by code. They are
-- no consumption until someone says so there.
{{ config(severity='warn', fail_calc='coalesce(sum(n_rows), 0)') }}

select
    changes.reason_code,
    count(*) as n_rows
from {{ audited_rows(ref('stg_scm_shopstock__stock_changes'), 'changed_at') }} as changes
left join {{ ref('stock_reason_codes') }} as codes
    on codes.reason_code = changes.reason_code
where codes.reason_code is null
group by changes.reason_code
