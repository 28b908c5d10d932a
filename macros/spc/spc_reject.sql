{% macro spc_reject(macro_name, argument, expected, value) -%}
    {%- do exceptions.raise_compiler_error(
        macro_name ~ ': ' ~ argument ~ ' must be ' ~ expected ~ ', not ' ~ '%r' % (value,)
    ) -%}
{%- endmacro %}
