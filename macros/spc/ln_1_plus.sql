{% macro ln_1_plus(x) -%}
    {#- 1 + x has lost most digits of a small x; the quotient puts them back, since it is off by the
        same factor above and below (Goldberg 1991, theorem 4). -#}
    case when 1 + {{ x }} = 1 then {{ x }} else {{ x }} * ln(1 + {{ x }}) / ((1 + {{ x }}) - 1) end
{%- endmacro %}
