-- Predictions far above what the product usually needs in a store and day, counted, never dropped.
{{ config(severity='warn') }}

select
    errors.business_date,
    errors.dept_id,
    errors.goods_code,
    errors.predicted_qty,
    usual.usual_qty
from {{ audited_rows(ref('int_forecast__errors'), 'business_date') }} as errors
inner join (
    select
        goods_code,
        avg({{ as_double('actual_qty') }}) as usual_qty
    from {{ audited_rows(ref('int_forecast__errors'), 'business_date') }} as audited
    where actual_qty is not null
    group by goods_code
) as usual
    on usual.goods_code = errors.goods_code
where errors.predicted_qty > {{ var('absurd_prediction_factor') }} * usual.usual_qty
