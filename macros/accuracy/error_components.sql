{% macro error_components() -%}
    {%- set components = {} -%}
    {%- for name, condition in {
        'n_matched': "match_status = 'matched'",
        'n_prediction_only': "match_status = 'prediction_only'",
        'n_actual_only': "match_status = 'actual_only'",
        'n_positive_actual': 'abs_pct_error is not null',
        'n_symmetric': 'symmetric_pct_error is not null',
        'n_within_10': 'within_10 = 1',
        'n_within_20': 'within_20 = 1',
        'n_within_30': 'within_30 = 1',
        'n_not_under': 'error >= 0',
    }.items() -%}
        {%- do components.update({
            name: storewatch.as_integer('sum(case when ' ~ condition ~ ' then 1 else 0 end)')
        }) -%}
    {%- endfor -%}
    {#- Quantities stay exact decimals, since signed errors cancel; the rest is double already. -#}
    {%- for name, expression in {
        'sum_predicted_qty': "case when match_status = 'matched' then predicted_qty end",
        'sum_actual_qty': "case when match_status = 'matched' then actual_qty end",
        'sum_error': 'error',
        'sum_abs_error': 'abs_error',
    }.items() -%}
        {%- do components.update({
            name: 'cast(coalesce(sum(' ~ expression ~ '), 0) as decimal(24, 4))'
        }) -%}
    {%- endfor -%}
    {%- for expression in ['squared_error', 'abs_pct_error', 'symmetric_pct_error'] -%}
        {%- do components.update({
            'sum_' ~ expression: 'coalesce(sum(' ~ expression ~ '), 0e0)'
        }) -%}
    {%- endfor -%}
    {{ return(components) }}
{%- endmacro %}
