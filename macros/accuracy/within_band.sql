{% macro within_band(abs_error, actual, percent) -%}
    {#- Decimals on both sides: 2 of 10 is inside 20 %, which no division in binary promises. -#}
    case when 100 * {{ abs_error }} <= {{ percent }} * {{ actual }} then 1 else 0 end
{%- endmacro %}
