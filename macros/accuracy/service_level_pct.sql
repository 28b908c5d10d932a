{% macro service_level_pct(n_not_under, n) -%}
    100 * {{ storewatch.ratio(n_not_under, n) }}
{%- endmacro %}
