-- A week, a month and a rolling period are the sum of their daily rows, for every member.
{%- set totals = [
    'n_predictions', 'n_actuals', 'n_matched', 'n_positive_actual', 'predicted_qty', 'actual_qty',
    'total_error', 'total_abs_error',
] %}

select compared.*
from (
    select
        longer.period_type,
        longer.period_end,
        longer.dimension_type,
        longer.dimension_value,
        {%- for total in totals %}
        min(longer.{{ total }}) as {{ total }},
        coalesce(sum(daily.{{ total }}), 0) as daily_{{ total }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ audited_rows(ref('forecast_accuracy_summary'), 'period_end') }} as longer
    left join {{ ref('forecast_accuracy_summary') }} as daily
        on
            daily.period_type = 'daily'
            and daily.dimension_type = longer.dimension_type
            and daily.dimension_value = longer.dimension_value
            and daily.period_end between longer.period_start and longer.period_end
    where longer.period_type <> 'daily'
    group by
        longer.period_type,
        longer.period_end,
        longer.dimension_type,
        longer.dimension_value
) as compared
where
    {%- for total in totals %}
    {{ 'or ' if not loop.first }}compared.{{ total }} <> compared.daily_{{ total }}
    {%- endfor %}
