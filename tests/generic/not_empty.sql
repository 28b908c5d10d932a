{#- There is at least one row. -#}
{% test not_empty(model) %}

select 'no rows' as finding
from (select count(*) as n_rows from {{ model }}) as counted
where counted.n_rows = 0

{% endtest %}
