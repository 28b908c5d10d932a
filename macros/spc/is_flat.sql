{% macro is_flat(sigma, center) -%}
    {#- Engines leave different residues where a moving deviation should be zero. -#}
    {{ storewatch.is_negligible(sigma, center, '1e-6') }}
{%- endmacro %}
