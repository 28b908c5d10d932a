{% macro original(value, transform) -%}
    {#- Undoes `transformed`. A square root is not negative, so a limit below zero is clamped there. -#}
    case
        when {{ transform }} = 'identity' then {{ value }}
        when {{ transform }} = 'log' then exp({{ value }})
        when {{ transform }} = 'sqrt' and ({{ value }}) < 0 then 0e0
        when {{ transform }} = 'sqrt' then ({{ value }}) * ({{ value }})
    end
{%- endmacro %}
