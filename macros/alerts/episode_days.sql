{% macro episode_days(relation, entity, date_column) -%}
    {%- set by_entity = 'partition by ' ~ entity | join(', ') ~ ' order by ' ~ date_column -%}
    select
        opened.*,
        sum(opened.is_opening) over (
            {{ by_entity }}
            rows between unbounded preceding and current row
        ) as episode_number,
        opened.day_number - coalesce(
            case when opened.is_active = 1 then opened.day_number end,
            opened.last_active_day_number
        ) as quiet_days
    from (
        select
            placed.*,
            case
                when placed.is_active = 0 then 0
                when
                    placed.day_number - placed.last_active_day_number
                    <= {{ var('alert_quiet_days') + 1 }}
                    then 0
                else 1
            end as is_opening
        from (
            select
                numbered.*,
                max(case when numbered.is_active = 1 then numbered.day_number end) over (
                    {{ by_entity }}
                    rows between unbounded preceding and 1 preceding
                ) as last_active_day_number
            from (
                select
                    evaluated.*,
                    row_number() over ({{ by_entity }}) as day_number
                from {{ relation }} as evaluated
            ) as numbered
        ) as placed
    ) as opened
{%- endmacro %}
