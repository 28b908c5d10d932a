{% macro real_timestamp(column) -%}
    {#- A MySQL server may hold zero dates, which are no instants and which other engines cannot read. -#}
    case when {{ column }} >= '1000-01-01' then {{ column }} end
{%- endmacro %}
