{% macro spc_is_name(value) -%}
    {%- set name = '([^\\W\\d]\\w*|"[^"]+"|`[^`]+`)' -%}
    {{ return(value is string and modules.re.fullmatch(name, value) is not none) }}
{%- endmacro %}
