{% macro mad(sum_abs_error, n) -%}
    {{ storewatch.ratio(sum_abs_error, n) }}
{%- endmacro %}
