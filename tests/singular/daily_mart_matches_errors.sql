-- forecast_accuracy_daily is int_forecast__errors row for row: a row that stands on one side alone,
-- or with another value, is left over. GROUP BY takes NULLs as equal.
{%- set columns = [
    'dept_id', 'shop_no', 'goods_code', 'business_date', 'goods_name', 'category', 'match_status',
    'predicted_qty', 'actual_qty', 'error', 'abs_error', 'squared_error', 'abs_pct_error',
    'symmetric_pct_error', 'error_direction', 'within_10', 'within_20', 'within_30',
    'latest_predicted_qty', 'n_versions', 'late_versions',
] %}

select
    both_sides.dept_id,
    both_sides.goods_code,
    both_sides.business_date,
    sum(both_sides.side) as side
from (
    select
        {{ columns | join(',\n        ') }},
        1 as side
    from {{ ref('forecast_accuracy_daily') }}
    where business_date >= {{ audit_from() }}

    union all

    select
        {{ columns | join(',\n        ') }},
        -1 as side
    from {{ ref('int_forecast__errors') }}
    where business_date >= {{ audit_from() }}
) as both_sides
group by
    {{ columns | join(',\n    ') }}
having sum(both_sides.side) <> 0
