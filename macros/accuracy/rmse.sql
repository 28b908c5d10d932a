{% macro rmse(sum_squared_error, n) -%}
    sqrt({{ storewatch.ratio(sum_squared_error, n) }})
{%- endmacro %}
