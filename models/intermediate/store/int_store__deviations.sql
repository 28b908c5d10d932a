{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'shop_no', 'metric_name'],
) }}

{%- set first_week = var('center_first_week') %}
{%- set last_week = var('center_last_week') %}
{%- set weekdays -%}
    partition by kpi_values.shop_no, kpi_values.metric_name, kpi_values.iso_weekday
    order by kpi_values.metric_date
    rows between {{ last_week }} preceding and {{ first_week }} preceding
{%- endset %}

with

kpi_values as (

    select *
    from {{ ref('int_store__kpi_values') }}
    where {{ since_rebuilt_dates('metric_date', 7 * last_week) }}

),

rules as (

    select *
    from {{ ref('store_kpi_baselines') }}
    where baseline_method = 'dow_adjusted'

),

-- The nearest weeks are left out: a slow decline must not become its own normal.
centred as (

    select
        kpi_values.*,
        count(kpi_values.transformed_value) over ({{ weekdays }}) as center_n,
        {{ moving_average('kpi_values.transformed_value', weekdays) }} as weekday_mean
    from kpi_values

),

final as (

    select
        -- ids
        centred.metric_date,
        centred.shop_no,
        centred.metric_name,

        -- strings
        centred.peer_group,
        coalesce(
            centred.blocked_reason,
            case when centred.transformed_value is null then 'missing_value' end
        ) as blocked_reason,

        -- numerics
        centred.store_day_number,
        centred.metric_value,
        centred.transformed_value,
        {{ as_integer('centred.center_n') }} as center_n,
        case when centred.center_n >= rules.min_center_points then centred.weekday_mean end
            as weekday_mean,
        case
            when centred.center_n >= rules.min_center_points
                then centred.transformed_value - centred.weekday_mean
        end as deviation
    from centred
    inner join rules
        on rules.metric_name = centred.metric_name
    where {{ in_rebuilt_dates('centred.metric_date') }}

)

select * from final
