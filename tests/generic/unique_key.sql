{#- The columns identify a row: no two rows share them, and none of them is NULL, since a NULL in a
    key is neither equal to anything nor different from it.
    columns: the key. date_column: look at the audited dates only. -#}
{% test unique_key(model, columns, date_column=none) %}

select
    {{ columns | join(',\n    ') }},
    count(*) as n_rows
from {{ storewatch.audited_rows(model, date_column) }} as audited
group by {{ columns | join(', ') }}
having
    count(*) > 1
    {%- for column in columns %}
    or {{ column }} is null
    {%- endfor %}

{% endtest %}
