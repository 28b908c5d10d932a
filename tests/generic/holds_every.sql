{#- Each of the values stands in the column at least once, in each group.
    values: numbers or texts. partition_by: columns of the group. -#}
{% test holds_every(model, column_name, values, partition_by=[]) %}

{%- for value in values %}
select
    {%- for column in partition_by %}
    counted.{{ column }},
    {%- endfor %}
    '{{ value }}' as missing_{{ column_name }}
from (
    select
        {%- for column in partition_by %}
        {{ column }},
        {%- endfor %}
        count(
            case when {{ column_name }} = {{ value if value is number else "'" ~ value ~ "'" }} then 1 end
        ) as n_rows
    from {{ model }}
    {%- if partition_by %}
    group by {{ partition_by | join(', ') }}
    {%- endif %}
) as counted
where counted.n_rows = 0
{{ 'union all' if not loop.last }}
{%- endfor %}

{% endtest %}
