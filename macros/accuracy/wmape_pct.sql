{% macro wmape_pct(sum_abs_error, sum_actual) -%}
    100 * {{ storewatch.ratio(sum_abs_error, sum_actual) }}
{%- endmacro %}
