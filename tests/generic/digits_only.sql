{#- A text that will be read as a number holds digits and nothing else; an empty one or NULL fails.
    applies_to: an SQL condition for the rows that must. -#}
{% test digits_only(model, column_name, applies_to='1 = 1') %}

{%- set rest = namespace(of=column_name) -%}
{%- for digit in range(10) -%}
    {%- set rest.of = 'replace(' ~ rest.of ~ ", '" ~ digit ~ "', '')" -%}
{%- endfor %}

select *
from {{ model }} as texts
where
    ({{ applies_to }})
    and (
        {{ column_name }} is null
        or length({{ column_name }}) = 0
        or length({{ rest.of }}) > 0
    )

{% endtest %}
