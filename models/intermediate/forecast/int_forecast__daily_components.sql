{{ config(
    date_column='business_date',
    primary_key=['business_date', 'dimension_type', 'dimension_value'],
) }}

{%- set dimensions = {
    'overall': "'all'",
    'store': 'dept_id',
    'product': 'goods_code',
    'category': 'category',
    'day_of_week': iso_weekday('business_date'),
} %}

with

errors as (

    select *
    from {{ ref('int_forecast__errors') }}
    where {{ in_rebuilt_dates('business_date') }}

),

{% for dimension, member in dimensions.items() -%}
by_{{ dimension }} as (

    select
        business_date,
        {{ as_string("'" ~ dimension ~ "'", 16) }} as dimension_type,
        {{ as_string(member, 32) }} as dimension_value,
        {{ error_component_columns() }}
    from errors
    group by 1, 2, 3

),

{% endfor -%}
stacked as (
    {% for dimension in dimensions %}
    select * from by_{{ dimension }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}
),

final as (

    select
        -- ids
        business_date,
        dimension_type,
        dimension_value,

        -- numerics
        {{ error_components().keys() | join(',\n        ') }}
    from stacked

)

select * from final
