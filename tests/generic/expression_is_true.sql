{#- The condition holds on every row; where it is NULL it does not hold.
    expression: an SQL condition over the columns. date_column: look at the audited dates only. -#}
{% test expression_is_true(model, expression, column_name=none, date_column=none) %}

select *
from {{ storewatch.audited_rows(model, date_column) }} as audited
where case when {{ expression }} then 0 else 1 end = 1

{% endtest %}
