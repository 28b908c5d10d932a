{% macro ratio(numerator, denominator) -%}
    ({{ storewatch.as_double(numerator) }} / nullif({{ storewatch.as_double(denominator) }}, 0))
{%- endmacro %}
