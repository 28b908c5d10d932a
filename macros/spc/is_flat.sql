{% macro is_flat(sigma, center) -%}
    {#- Engines leave different residues where a moving deviation should be zero. -#}
    {{ sigma }} <= 1e-6 * case when abs({{ center }}) > 1 then abs({{ center }}) else 1e0 end
{%- endmacro %}
