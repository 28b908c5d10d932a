{#- Spans of dates of a group have no date in common, and none ends before it begins. An offending span
    is shown with the beginning of the next one.
    first_date, last_date: columns with the first and the last date, both of them inside the span.
    partition_by: columns of the group. -#}
{% test no_overlap(model, first_date, last_date, partition_by=[]) %}

select spans.*
from (
    select
        listed.*,
        lead({{ first_date }}) over (
            {% if partition_by %}partition by {{ partition_by | join(', ') }} {% endif -%}
            order by {{ first_date }}, {{ last_date }}
        ) as next_{{ first_date }}
    from {{ model }} as listed
) as spans
where
    spans.{{ first_date }} is null
    or spans.{{ last_date }} is null
    or spans.{{ last_date }} < spans.{{ first_date }}
    or spans.{{ last_date }} >= spans.next_{{ first_date }}

{% endtest %}
