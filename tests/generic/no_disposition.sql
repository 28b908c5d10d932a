{#- No row of a feed was set aside for one of the reasons; counts the rows, not the groups.
    reasons: dispositions of int_audit__row_dispositions. -#}
{% test no_disposition(model, reasons) %}

{{ config(fail_calc='coalesce(sum(n_rows), 0)') }}

select
    feed,
    disposition,
    min(row_date) as first_date,
    max(row_date) as last_date,
    sum(n_rows) as n_rows
from {{ storewatch.audited_rows(model, 'row_date') }} as audited
where disposition in ('{{ reasons | join("', '") }}')
group by feed, disposition

{% endtest %}
