{% macro bias_pct(sum_error, sum_actual) -%}
    100 * {{ storewatch.ratio(sum_error, sum_actual) }}
{%- endmacro %}
