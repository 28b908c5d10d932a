{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no'],
) }}

with

tasks as (

    select *
    from {{ ref('stg_opqualitycontrol__qc_tasks') }}
    where
        {{ near_rebuilt_dates('created_at') }}
        and {{ in_rebuilt_dates('business_date') }}

),

statuses as (

    select
        status,
        role
    from {{ ref('status_codes') }}
    where feed = 'qc_tasks'

),

final as (

    select
        -- ids
        tasks.business_date as metric_date,
        tasks.shop_no,

        -- numerics
        {{ as_integer('count(*)') }} as n_tasks,
        {{ as_integer("sum(case when statuses.role in ('done', 'failed') then 1 else 0 end)") }}
            as n_finished_tasks,
        {{ as_integer("sum(case when statuses.role = 'failed' then 1 else 0 end)") }}
            as n_failed_tasks
    from tasks
    inner join statuses
        on statuses.status = tasks.task_status
    group by tasks.business_date, tasks.shop_no

)

select * from final
