{{ config(
    date_column='business_date',
    primary_key=['business_date', 'dept_id', 'goods_code'],
) }}

with

predictions as (

    select *
    from {{ ref('stg_ireplenishment__order_predictions') }}
    where {{ in_rebuilt_dates('business_date') }}

),

versions as (

    select
        *,
        case
            when
                created_at_local
                >= {{ add_seconds('business_date', var('prediction_cutoff_hour') * 3600) }}
                then 1
            else 0
        end as is_late
    from predictions

),

ranked as (

    -- Two versions of one second are told apart by their id: the higher one was written later.
    select
        *,
        row_number() over (
            partition by dept_id, goods_code, business_date, is_late
            order by created_at desc, prediction_id desc
        ) as newest_first
    from versions

),

effective as (

    -- A late version is newer than every version in time, so it is the latest one where it exists.
    select
        business_date,
        dept_id,
        goods_code,
        min(shop_no) as shop_no,
        count(*) as n_versions,
        sum(is_late) as late_versions,
        max(case when is_late = 0 and newest_first = 1 then predicted_qty end) as predicted_qty,
        max(case when is_late = 1 and newest_first = 1 then predicted_qty end)
            as late_predicted_qty,
        max(case when is_late = 0 and newest_first = 1 then created_at end) as predicted_at
    from ranked
    group by business_date, dept_id, goods_code

),

final as (

    select
        -- ids
        business_date,
        dept_id,
        shop_no,
        goods_code,

        -- numerics
        predicted_qty,
        coalesce(late_predicted_qty, predicted_qty) as latest_predicted_qty,
        {{ as_integer('n_versions') }} as n_versions,
        {{ as_integer('late_versions') }} as late_versions,

        -- timestamps
        predicted_at
    from effective

)

select * from final
