{{ config(
    date_column='business_date',
    primary_key=['business_date', 'dept_id', 'goods_code'],
    indexes=[['dept_id', 'business_date'], ['goods_code', 'business_date']],
) }}

with

errors as (

    select *
    from {{ ref('int_forecast__errors') }}
    where {{ in_rebuilt_dates('business_date') }}

),

final as (

    select
        -- ids
        dept_id,
        shop_no,
        goods_code,

        -- dates
        business_date,
        {{ iso_weekday('business_date') }} as day_of_week,

        -- strings
        goods_name,
        category,
        match_status,

        -- numerics
        predicted_qty,
        actual_qty,
        error,
        abs_error,
        squared_error,
        abs_pct_error,
        symmetric_pct_error,
        error_direction,

        -- booleans
        within_10,
        within_20,
        within_30,

        -- versions
        latest_predicted_qty,
        n_versions,
        late_versions
    from errors

)

select * from final
