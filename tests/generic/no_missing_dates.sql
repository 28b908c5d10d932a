{#- Between the first and the last date of the column, of each group, no date is missing. Shows the
    dates on either side of a gap.
    partition_by: columns of the group. audited: look at the audited dates only. -#}
{% test no_missing_dates(model, column_name, partition_by=[], audited=false) %}

{%- set together = partition_by | map('string') | list %}

select
    days.*
from (
    select
        {%- for column in together %}
        {{ column }},
        {%- endfor %}
        {{ column_name }} as date_before_gap,
        lead({{ column_name }}) over (
            {% if together %}partition by {{ together | join(', ') }} {% endif -%}
            order by {{ column_name }}
        ) as date_after_gap
    from {{ storewatch.audited_rows(model, column_name if audited else none) }} as rows_of_days
    group by {{ (together + [column_name]) | join(', ') }}
) as days
where
    {{ storewatch.days_between('days.date_before_gap', 'days.date_after_gap') }} > 1
    or days.date_before_gap is null

{% endtest %}
