{% macro ewma_lags(lambda) -%}
    {%- do storewatch.spc_check_number('ewma_lags', 'lambda', lambda, 0.001, 1) -%}
    {%- set lags = namespace(count=0) -%}
    {#- Jinja has no logarithm. -#}
    {%- for lag in range(14000) if (1 - lambda) ** lag > 1e-6 -%}
        {%- set lags.count = lags.count + 1 -%}
    {%- endfor -%}
    {{ return(lags.count) }}
{%- endmacro %}
