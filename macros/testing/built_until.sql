{% macro built_until(model_name) -%}
    (
        select watermarks.as_of_date
        from {{ storewatch.state_relation('build_watermarks') }} as watermarks
        where watermarks.model_name = '{{ model_name }}'
    )
{%- endmacro %}
