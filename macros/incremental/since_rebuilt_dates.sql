{% macro since_rebuilt_dates(column, days_back) -%}
    {#- The rebuilt dates and those before them that a frame reaches back to. -#}
    {%- set plan = storewatch.rebuild_plan() -%}
    {{ column }} between {{ storewatch.add_days(storewatch.date_literal(plan.rebuild_from), -days_back) }}
        and {{ storewatch.date_literal(plan.as_of) }}
{%- endmacro %}
