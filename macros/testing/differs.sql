{% macro differs(one, other) -%}
    (
        coalesce(abs({{ one }} - {{ other }}), 0e0)
        > 1e-9 * greatest(1e0, coalesce(abs({{ one }}), 0e0), coalesce(abs({{ other }}), 0e0))
        or ({{ one }} is null and {{ other }} is not null)
        or ({{ one }} is not null and {{ other }} is null)
    )
{%- endmacro %}
