{% macro mape_pct(sum_abs_pct_error, n_positive_actual) -%}
    {{ storewatch.ratio(sum_abs_pct_error, n_positive_actual) }}
{%- endmacro %}
