{% macro is_negligible(difference, scale, tolerance='1e-9') -%}
    abs({{ difference }}) <= {{ tolerance }} * case when abs({{ scale }}) > 1 then abs({{ scale }}) else 1e0 end
{%- endmacro %}
