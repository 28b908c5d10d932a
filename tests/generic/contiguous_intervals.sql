{#- Half-open intervals of a group follow one another without a gap and without an overlap, and none
    is empty or runs backwards.
    starts_at, ends_at: first instant of the interval, and the first one after it.
    partition_by: columns of the group. -#}
{% test contiguous_intervals(model, starts_at, ends_at, partition_by) %}

select
    intervals.*
from (
    select
        {{ partition_by | join(',\n        ') }},
        {{ starts_at }} as starts_at,
        {{ ends_at }} as ends_at,
        lead({{ starts_at }}) over (
            partition by {{ partition_by | join(', ') }}
            order by {{ starts_at }}, {{ ends_at }}
        ) as next_starts_at
    from {{ model }}
) as intervals
where
    intervals.starts_at is null
    or intervals.ends_at is null
    or intervals.starts_at >= intervals.ends_at
    or intervals.ends_at <> intervals.next_starts_at

{% endtest %}
