-- In every period the stores, the products, the categories and the weekdays each add up to the
-- overall row: counts and quantities, to the last decimal.
{%- set totals = [
    'n_predictions', 'n_actuals', 'n_matched', 'n_positive_actual', 'predicted_qty', 'actual_qty',
    'total_error', 'total_abs_error',
] %}

select
    dimensions.period_type,
    dimensions.period_end,
    count(*) as n_dimensions
from (
    select
        period_type,
        period_end,
        dimension_type,
        {%- for total in totals %}
        sum({{ total }}) as {{ total }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ audited_rows(ref('forecast_accuracy_summary'), 'period_end') }} as summary
    group by period_type, period_end, dimension_type
) as dimensions
group by dimensions.period_type, dimensions.period_end
having
    count(*) <> 5
    {%- for total in totals %}
    or min(dimensions.{{ total }}) <> max(dimensions.{{ total }})
    {%- endfor %}
