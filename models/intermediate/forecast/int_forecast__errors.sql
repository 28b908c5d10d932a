{{ config(
    date_column='business_date',
    primary_key=['business_date', 'dept_id', 'goods_code'],
) }}

with

predictions as (

    select *
    from {{ ref('int_forecast__effective_predictions') }}
    where {{ in_rebuilt_dates('business_date') }}

),

consumption as (

    select *
    from {{ ref('int_forecast__actual_consumption') }}
    where {{ in_rebuilt_dates('business_date') }}

),

products as (

    select * from {{ ref('products') }}

),

-- Not every engine has a full join: both sides are stacked and folded on their key.
sides as (

    select
        business_date,
        dept_id,
        shop_no,
        goods_code,
        predicted_qty,
        latest_predicted_qty,
        n_versions,
        late_versions,
        null as actual_qty
    from predictions

    union all

    select
        business_date,
        dept_id,
        shop_no,
        goods_code,
        null as predicted_qty,
        null as latest_predicted_qty,
        0 as n_versions,
        0 as late_versions,
        actual_qty
    from consumption

),

folded as (

    select
        business_date,
        dept_id,
        goods_code,
        min(shop_no) as shop_no,
        max(predicted_qty) as predicted_qty,
        max(latest_predicted_qty) as latest_predicted_qty,
        max(n_versions) as n_versions,
        max(late_versions) as late_versions,
        max(actual_qty) as actual_qty
    from sides
    group by business_date, dept_id, goods_code

),

matched as (

    select
        *,
        case
            when predicted_qty is null then 'actual_only'
            when actual_qty is null then 'prediction_only'
            else 'matched'
        end as match_status,
        predicted_qty - actual_qty as error,
        abs(predicted_qty - actual_qty) as abs_error
    from folded
    where
        predicted_qty is not null
        or actual_qty is not null

),

measured as (

    select
        *,
        {{ as_double('error') }} * {{ as_double('error') }} as squared_error,
        100 * {{ ratio('abs_error', 'actual_qty') }} as abs_pct_error,
        case
            when predicted_qty = 0 and actual_qty = 0 then 0e0
            else 200 * {{ ratio('abs_error', 'predicted_qty + actual_qty') }}
        end as symmetric_pct_error,
        case
            when error > 0 then 'over'
            when error < 0 then 'under'
            when error = 0 then 'exact'
        end as error_direction
    from matched

),

final as (

    select
        -- ids
        measured.business_date,
        measured.dept_id,
        measured.shop_no,
        measured.goods_code,

        -- strings
        products.goods_name,
        coalesce(products.category, 'unknown') as category,
        measured.match_status,
        measured.error_direction,

        -- numerics
        measured.predicted_qty,
        measured.latest_predicted_qty,
        measured.actual_qty,
        {{ as_integer('measured.n_versions') }} as n_versions,
        {{ as_integer('measured.late_versions') }} as late_versions,
        measured.error,
        measured.abs_error,
        measured.squared_error,
        measured.abs_pct_error,
        measured.symmetric_pct_error,

        -- booleans
        {{ within_band('measured.abs_error', 'measured.actual_qty', 10) }} as within_10,
        {{ within_band('measured.abs_error', 'measured.actual_qty', 20) }} as within_20,
        {{ within_band('measured.abs_error', 'measured.actual_qty', 30) }} as within_30
    from measured
    left join products
        on products.goods_code = measured.goods_code

)

select * from final
