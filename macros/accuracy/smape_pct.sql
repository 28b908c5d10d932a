{% macro smape_pct(sum_symmetric_pct_error, n_symmetric) -%}
    {{ storewatch.ratio(sum_symmetric_pct_error, n_symmetric) }}
{%- endmacro %}
