{% macro accuracy_rate_pct(n_within, n_positive_actual) -%}
    100 * {{ storewatch.ratio(n_within, n_positive_actual) }}
{%- endmacro %}
