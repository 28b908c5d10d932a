{% macro date_literal(date) -%}
    cast('{{ date }}' as date)
{%- endmacro %}
