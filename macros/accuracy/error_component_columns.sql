{% macro error_component_columns() -%}
    {%- set columns = [] -%}
    {%- for name, expression in storewatch.error_components().items() -%}
        {%- do columns.append(expression ~ ' as ' ~ name) -%}
    {%- endfor -%}
    {{ columns | join(',\n        ') }}
{%- endmacro %}
