{% macro in_rebuilt_dates(column) -%}
    {%- set plan = storewatch.rebuild_plan() -%}
    {{ column }} between {{ storewatch.date_literal(plan.rebuild_from) }}
        and {{ storewatch.date_literal(plan.as_of) }}
{%- endmacro %}
