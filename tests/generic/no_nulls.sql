{#- None of the columns is NULL; an offending row is shown whole.
    columns: the columns. date_column: look at the audited dates only. -#}
{% test no_nulls(model, columns, date_column=none) %}

select *
from {{ storewatch.audited_rows(model, date_column) }} as audited
where
    {%- for column in columns %}
    {{ 'or ' if not loop.first }}{{ column }} is null
    {%- endfor %}

{% endtest %}
