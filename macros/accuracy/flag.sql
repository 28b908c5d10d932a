{% macro flag(condition, known) -%}
    {#- NULL where there is nothing to judge: an unknown is not a no. -#}
    case when {{ known }} is not null then case when {{ condition }} then 1 else 0 end end
{%- endmacro %}
