{% macro numbers(digits=4) -%}
    {#- Zero to 10^digits - 1 without recursion, which stops at 1,000 rows on MySQL and which some
        engines do not have. -#}
    select
        {% for place in range(digits) -%}
        {{ 10 ** place }} * digit_{{ place }}.digit{{ ' + ' if not loop.last }}
        {%- endfor %} as n
    from
        {%- for place in range(digits) %}
        {{ 'cross join ' if not loop.first }}(
            {%- for digit in range(10) %}
            select {{ digit }}{{ ' as digit' if loop.first }}{{ ' union all' if not loop.last }}
            {%- endfor %}
        ) as digit_{{ place }}
        {%- endfor %}
{%- endmacro %}
