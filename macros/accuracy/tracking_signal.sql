{% macro tracking_signal(sum_error, sum_abs_error, n) -%}
    {{ storewatch.as_double(sum_error) }} / nullif({{ storewatch.mad(sum_abs_error, n) }}, 0)
{%- endmacro %}
