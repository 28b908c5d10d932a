{#- Each value of a column is larger than the one before it, in each group. An offending row is shown
    with the next value.
    order_by: an SQL expression that puts the rows in order. partition_by: columns of the group.
    or_equal: equal values pass. -#}
{% test increasing(model, column_name, order_by, partition_by=[], or_equal=false) %}

select steps.*
from (
    select
        listed.*,
        lead({{ column_name }}) over (
            {% if partition_by %}partition by {{ partition_by | join(', ') }} {% endif -%}
            order by {{ order_by }}
        ) as next_{{ column_name }}
    from {{ model }} as listed
) as steps
where steps.next_{{ column_name }} {{ '<' if or_equal else '<=' }} steps.{{ column_name }}

{% endtest %}
