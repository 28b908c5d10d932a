{% macro z_calibrated(z, n) -%}
    {%- set z = storewatch.as_double(z) -%}
    {%- set n = storewatch.as_double(n) -%}
    {#- With nu = n - 1, t*t/nu is n*z*z/(n*n - 1). -#}
    {%- set x = '(' ~ n ~ ' * ' ~ z ~ ' * ' ~ z ~ ' / (' ~ n ~ ' * ' ~ n ~ ' - 1))' -%}
    case
        when {{ n }} > 1
            then
                sign({{ z }}) * (8 * {{ n }} - 7) / (8 * {{ n }} - 5)
                * sqrt(({{ n }} - 1) * {{ storewatch.ln_1_plus(x) }})
    end
{%- endmacro %}
