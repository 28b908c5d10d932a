{% macro transformed(value, transform) -%}
    case
        when {{ transform }} = 'identity' then {{ value }}
        when {{ transform }} = 'log' and {{ value }} > 0 then ln({{ value }})
        when {{ transform }} = 'sqrt' and {{ value }} >= 0 then sqrt({{ value }})
    end
{%- endmacro %}
