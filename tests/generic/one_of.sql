{#- The column holds one of the listed values; NULL is none of them unless `nullable`.
    values: numbers or texts. nullable: NULL passes. date_column: look at the audited dates only. -#}
{% test one_of(model, column_name, values, nullable=false, date_column=none) %}

{%- set literals = [] -%}
{%- for value in values -%}
    {%- do literals.append(value if value is number else "'" ~ value ~ "'") -%}
{%- endfor %}

select *
from {{ storewatch.audited_rows(model, date_column) }} as audited
where
    {{ column_name }} not in ({{ literals | join(', ') }})
    {%- if not nullable %}
    or {{ column_name }} is null
    {%- endif %}

{% endtest %}
