with

located as (

    {{ located_rows('qc_tasks') }}

),

renamed as (

    select
        -- ids
        id as qc_task_id,
        dept_id,
        site_shop_no as shop_no,

        -- strings
        task_type,

        -- numerics
        status as task_status,

        -- dates
        business_date,

        -- timestamps
        occurred_at as created_at,
        local_at as created_at_local,
        {{ real_timestamp('finish_time') }} as finished_at
    from located
    where exclusion_reason is null

)

select * from renamed
