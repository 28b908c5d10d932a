{% macro near_rebuilt_dates(utc_column) -%}
    {#- Instants that can fall on the rebuilt business dates: a day either side covers every zone. The
        bare column lets the engine use its index, which a local date cannot. -#}
    {{ storewatch.not_before_rebuilt_dates(utc_column) }}
        and {{ utc_column }} < {{ storewatch.add_days(storewatch.date_literal(storewatch.rebuild_plan().as_of), 2) }}
{%- endmacro %}
