{% macro not_before_rebuilt_dates(utc_column) -%}
    {{ utc_column }} >= {{ storewatch.add_days(storewatch.rebuild_from(), -1) }}
{%- endmacro %}
