{#- The values of a column add up to a total, in each group; a group without any value does not.
    total: the total, in the unit of the column. partition_by: columns of the group. -#}
{% test sums_to(model, column_name, total, partition_by=[]) %}

select sums.*
from (
    select
        {%- for column in partition_by %}
        {{ column }},
        {%- endfor %}
        sum({{ column_name }}) as sum_of_{{ column_name }}
    from {{ model }}
    {%- if partition_by %}
    group by {{ partition_by | join(', ') }}
    {%- endif %}
) as sums
where {{ storewatch.differs('sums.sum_of_' ~ column_name, total) }}

{% endtest %}
