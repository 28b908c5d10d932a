{% macro forget_watermark() -%}
    {%- call statement('forget_watermark') -%}
        delete from {{ storewatch.state_relation('build_watermarks') }}
        where model_name = '{{ model.name }}'
    {%- endcall -%}
{%- endmacro %}
