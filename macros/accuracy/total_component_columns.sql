{% macro total_component_columns(relation) -%}
    {%- set columns = [] -%}
    {%- for name in storewatch.error_components() -%}
        {%- do columns.append('sum(' ~ relation ~ '.' ~ name ~ ') as ' ~ name) -%}
    {%- endfor -%}
    {{ columns | join(',\n        ') }}
{%- endmacro %}
