{% macro spc_check_number(macro_name, argument, value, lowest, highest=none, also='') -%}
    {%- set is_number = value is integer or value is float -%}
    {%- if not is_number or value < lowest or (highest is not none and value > highest) -%}
        {%- set bounds = lowest ~ ' or more' if highest is none else lowest ~ ' to ' ~ highest -%}
        {%- do storewatch.spc_reject(macro_name, argument, 'a number, ' ~ bounds ~ also, value) -%}
    {%- endif -%}
{%- endmacro %}
