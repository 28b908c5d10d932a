{#- Every value of the column stands in a column of another relation; NULL stands in none.
    to, field: the other relation and its column. among: an SQL condition for the rows of the other
    relation that count. also: further texts that pass.
    applies_to: an SQL condition for the rows that must. date_column: look at the audited dates
    only. -#}
{% test refers_to(
    model, column_name, to, field, among='1 = 1', also=[], applies_to='1 = 1', date_column=none
) %}

select
    referring.{{ column_name }},
    referring.n_rows
from (
    select
        {{ column_name }},
        count(*) as n_rows
    from {{ storewatch.audited_rows(model, date_column) }} as audited
    where {{ applies_to }}
    group by {{ column_name }}
) as referring
where
    not exists (
        select 1
        from {{ to }} as referred
        where
            referred.{{ field }} = referring.{{ column_name }}
            and ({{ among }})
    )
    {%- if also %}
    and (
        referring.{{ column_name }} is null
        or referring.{{ column_name }} not in ('{{ also | join("', '") }}')
    )
    {%- endif %}

{% endtest %}
