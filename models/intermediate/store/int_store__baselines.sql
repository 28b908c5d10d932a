{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name', 'baseline_method'],
    indexes=[['entity_type', 'shop_no', 'metric_name', 'baseline_method', 'metric_date']],
) }}

{%- set sigma_last_day = var('sigma_last_day') %}
{%- set same_dow_days = 7 * var('same_dow_weeks') %}
{%- set sigma_frame -%}
    partition by entity_type, shop_no, metric_name
    order by metric_date
    rows between {{ sigma_last_day }} preceding and {{ var('sigma_first_day') }} preceding
{%- endset %}

with

kpi_values as (

    select *
    from {{ ref('int_store__kpi_values') }}
    where {{ since_rebuilt_dates('metric_date', same_dow_days) }}

),

residuals as (

    select *
    from {{ ref('int_store__residuals') }}
    where {{ since_rebuilt_dates('metric_date', sigma_last_day) }}

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

rules as (

    select * from {{ ref('store_kpi_baselines') }}

),

periods as (

    select
        *,
        lead(last_date) over (
            partition by shop_no, metric_name
            order by last_date
        ) as next_last_date
    from {{ ref('store_reference_periods') }}

),

rolling as (

    {{ spc_rolling_baseline(
        'kpi_values', ['shop_no', 'metric_name'], 'metric_date', 'plain_value', var('rolling_days')
    ) }}

),

same_weekday as (

    {{ spc_rolling_baseline(
        'kpi_values', ['shop_no', 'metric_name', 'iso_weekday'], 'metric_date', 'plain_value',
        var('same_dow_weeks')
    ) }}

),

period_statistics as (

    select
        periods.shop_no,
        periods.metric_name,
        periods.last_date,
        count(period_values.plain_value) as baseline_n,
        avg(period_values.plain_value) as baseline_mean,
        stddev_samp(period_values.plain_value) as baseline_sigma
    from periods
    inner join {{ ref('int_store__kpi_values') }} as period_values
        on
            period_values.shop_no = periods.shop_no
            and period_values.metric_name = periods.metric_name
            and period_values.metric_date between periods.first_date and periods.last_date
    group by periods.shop_no, periods.metric_name, periods.last_date

),

-- A period is the reference from the day after it ended until the next one has ended.
reference as (

    select
        kpi_values.*,
        period_statistics.baseline_n,
        period_statistics.baseline_mean,
        period_statistics.baseline_sigma
    from kpi_values
    left join periods
        on
            periods.shop_no = kpi_values.shop_no
            and periods.metric_name = kpi_values.metric_name
            and periods.last_date < kpi_values.metric_date
            and coalesce(periods.next_last_date, {{ date_literal(as_of_date()) }})
            >= kpi_values.metric_date
    left join period_statistics
        on
            period_statistics.shop_no = periods.shop_no
            and period_statistics.metric_name = periods.metric_name
            and period_statistics.last_date = periods.last_date

),

framed as (

    select
        *,
        count(adjusted_deviation) over sigma_frame as n_adjusted,
        {{ moving_average('adjusted_deviation * adjusted_deviation', sigma_frame) }}
            as adjusted_square,
        max(adjusted_deviation) over sigma_frame
        - min(adjusted_deviation) over sigma_frame as adjusted_range,
        count(deviation) over sigma_frame as n_plain,
        {{ moving_average('deviation * deviation', sigma_frame) }} as plain_square,
        max(deviation) over sigma_frame - min(deviation) over sigma_frame as plain_range
    from residuals
    window sigma_frame as ({{ sigma_frame }})

),

-- With a peer term the adjusted residuals judge, as soon as there are enough of them.
paired as (

    select
        framed.*,
        case
            when framed.peer_term is not null and framed.n_adjusted >= rules.min_points then 1
            else 0
        end as is_adjusted
    from framed
    inner join rules
        on
            rules.metric_name = framed.metric_name
            and rules.baseline_method = 'dow_adjusted'

),

stacked as (
    {% for method, relation in {
        'rolling_28d': 'rolling', 'same_dow_8wk': 'same_weekday', 'reference': 'reference'
    }.items() %}
    select
        metric_date,
        {{ as_string("'store'", 16) }} as entity_type,
        {{ as_string('shop_no', 64) }} as shop_no,
        metric_name,
        {{ as_string("'" ~ method ~ "'", 16) }} as baseline_method,
        peer_group,
        blocked_reason,
        store_day_number,
        metric_value,
        plain_value as judged_value,
        null as center_n,
        coalesce(baseline_n, 0) as baseline_n,
        baseline_mean as center,
        baseline_sigma as sigma,
        null as residual_range
    from {{ relation }}

    union all
    {% endfor %}
    select
        metric_date,
        entity_type,
        shop_no,
        metric_name,
        {{ as_string("'dow_adjusted'", 16) }} as baseline_method,
        peer_group,
        blocked_reason,
        store_day_number,
        metric_value,
        transformed_value as judged_value,
        center_n,
        case when is_adjusted = 1 then n_adjusted else n_plain end as baseline_n,
        weekday_mean + coalesce(peer_term, 0) as center,
        sqrt(case when is_adjusted = 1 then adjusted_square else plain_square end) as sigma,
        case when is_adjusted = 1 then adjusted_range else plain_range end as residual_range
    from paired

    union all

    select
        metric_date,
        {{ as_string("'store'", 16) }} as entity_type,
        {{ as_string('shop_no', 64) }} as shop_no,
        metric_name,
        {{ as_string("'dow_adjusted'", 16) }} as baseline_method,
        peer_group,
        blocked_reason,
        store_day_number,
        metric_value,
        null as judged_value,
        null as center_n,
        0 as baseline_n,
        null as center,
        null as sigma,
        null as residual_range
    from kpi_values
    where blocked_reason = 'not_charted'

),

-- A KPI that is not charted has no rules and, with them, never enough points.
counted as (

    select
        stacked.*,
        kpis.transform,
        case
            when
                stacked.baseline_n >= rules.min_points
                and (
                    stacked.entity_type = 'peer_group'
                    or rules.min_center_points is null
                    or stacked.center_n >= rules.min_center_points
                )
                and stacked.center is not null
                then 1
            else 0
        end as has_points
    from stacked
    inner join kpis
        on kpis.metric_name = stacked.metric_name
    left join rules
        on
            rules.metric_name = stacked.metric_name
            and rules.baseline_method = stacked.baseline_method
    where {{ in_rebuilt_dates('stacked.metric_date') }}

),

judged as (

    select
        *,
        case
            when blocked_reason is not null then blocked_reason
            when has_points = 0 then 'too_few_points'
            when residual_range <= 1e-12 or {{ is_flat('sigma', 'center') }} then 'zero_variance'
        end as not_evaluable_reason,
        case when residual_range <= 1e-12 or {{ is_flat('sigma', 'center') }} then 1 else 0 end
            as has_zero_variance
    from counted

),

-- A value on its centre leaves a residue that differs between engines; its sign must not make a
-- run.
scored as (

    select
        *,
        case
            when not_evaluable_reason is not null then null
            when {{ is_negligible('judged_value - center', 'center') }} then 0e0
            else (judged_value - center) / sigma
        end as z_score
    from judged

),

final as (

    select
        -- ids
        metric_date,
        entity_type,
        shop_no,
        metric_name,
        baseline_method,

        -- strings
        peer_group,
        {{ as_string(
            "case when baseline_method = 'dow_adjusted' then transform else 'identity' end", 16
        ) }} as scale_transform,
        {{ as_string('not_evaluable_reason', 16) }} as not_evaluable_reason,

        -- numerics
        {{ as_integer('store_day_number') }} as store_day_number,
        metric_value,
        {{ as_double('judged_value') }} as judged_value,
        {{ as_integer('center_n') }} as center_n,
        {{ as_integer('baseline_n') }} as baseline_n,
        case when has_points = 1 then center end as center,
        case when has_points = 1 then sigma end as sigma,
        z_score,
        {{ z_calibrated('z_score', 'baseline_n') }} as z_calibrated,

        -- booleans
        case when has_points = 1 and has_zero_variance = 0 then 1 else 0 end as has_limits,
        case when not_evaluable_reason is null then 1 else 0 end as is_evaluable
    from scored

)

select * from final
