{% macro coverage_pct(n_matched, n_unmatched) -%}
    100 * {{ storewatch.ratio(n_matched, n_matched ~ " + " ~ n_unmatched) }}
{%- endmacro %}
