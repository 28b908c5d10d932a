{% macro spc_check_whole(macro_name, argument, value, lowest, highest=none) -%}
    {%- if value is not integer or value < lowest or (highest is not none and value > highest) -%}
        {%- set bounds = lowest ~ ' or more' if highest is none else lowest ~ ' to ' ~ highest -%}
        {%- do storewatch.spc_reject(macro_name, argument, 'a whole number, ' ~ bounds, value) -%}
    {%- endif -%}
{%- endmacro %}
