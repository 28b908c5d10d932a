{% macro sigma_multiplier(k, n) -%}
    {%- set k = storewatch.as_double(k) -%}
    {%- set n = storewatch.as_double(n) -%}
    {%- set c = '(' ~ k ~ ' * (8 * ' ~ n ~ ' - 5) / (8 * ' ~ n ~ ' - 7))' -%}
    case
        when {{ n }} > 1
            then
                sign({{ k }}) * sqrt(
                    ({{ n }} * {{ n }} - 1) / {{ n }} * (exp({{ c }} * {{ c }} / ({{ n }} - 1)) - 1)
                )
    end
{%- endmacro %}
