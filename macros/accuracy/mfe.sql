{% macro mfe(sum_error, n) -%}
    {{ storewatch.ratio(sum_error, n) }}
{%- endmacro %}
