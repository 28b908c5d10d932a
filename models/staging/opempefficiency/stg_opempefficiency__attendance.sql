with

located as (

    {{ located_rows('attendance') }}

),

renamed as (

    select
        -- ids
        id as attendance_id,
        emp_id as employee_id,
        dept_id,
        site_shop_no as shop_no,

        -- dates
        business_date,

        -- timestamps
        occurred_at as shift_started_at,
        local_at as shift_started_at_local,
        {{ real_timestamp('shift_end') }} as shift_ended_at,
        {{ real_timestamp('clock_in') }} as clocked_in_at,
        {{ real_timestamp('clock_out') }} as clocked_out_at
    from located
    where exclusion_reason is null

)

select * from renamed
