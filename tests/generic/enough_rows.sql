{#- Each group has at least so many rows.
    min: the smallest number. partition_by: columns of the group. -#}
{% test enough_rows(model, min, partition_by) %}

select
    {{ partition_by | join(',\n    ') }},
    count(*) as n_rows
from {{ model }}
group by {{ partition_by | join(', ') }}
having count(*) < {{ min }}

{% endtest %}
