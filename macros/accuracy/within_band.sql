{% macro within_band(abs_error, actual, percent) -%}
    {#- Decimals on both sides: 2 of 10 is inside 20 %, which no division in binary promises. Without
        a positive actual there is no band, and an unmatched row has no error. -#}
    case
        when {{ abs_error }} is null or not {{ actual }} > 0 then null
        when 100 * {{ abs_error }} <= {{ percent }} * {{ actual }} then 1
        else 0
    end
{%- endmacro %}
