{{ config(
    date_column='calc_date',
    primary_key=['calc_date', 'entity_type', 'shop_no', 'metric_name', 'baseline_method'],
    indexes=[['shop_no', 'metric_name', 'baseline_method', 'calc_date']],
) }}

with

baselines as (

    select *
    from {{ ref('int_store__baselines') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

multiplied as (

    select
        {% for name, multiple in {'3': 3, '2': 2, '1_5': 1.5, '1': 1}.items() -%}
        case
            when baselines.has_limits = 1
                then baselines.sigma * {{ sigma_multiplier(multiple, 'baselines.baseline_n') }}
        end
            as distance_{{ name }},
        {% endfor -%}
        baselines.*
    from baselines

),

final as (

    select
        -- ids
        shop_no,
        metric_name,
        metric_date as calc_date,
        baseline_method,
        entity_type,

        -- strings
        not_evaluable_reason,

        -- numerics
        metric_value,
        baseline_n,
        center_n,
        {{ original('center', 'scale_transform') }} as center_line,
        sigma,
        z_score,
        z_calibrated,

        -- limits
        {% for name in ['3', '2', '1_5', '1'] -%}
        {{ original('center + distance_' ~ name, 'scale_transform') }} as ucl_{{ name }},
        {{ original('center - distance_' ~ name, 'scale_transform') }} as lcl_{{ name }},
        {% endfor %}
        -- booleans
        is_evaluable
    from multiplied

)

select * from final
