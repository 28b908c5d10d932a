{% macro audited_rows(relation, date_column=none) -%}
    (
        select *
        from {{ relation }}
        {%- if date_column %}
        where {{ date_column }} >= {{ storewatch.audit_from() }}
        {%- endif %}
    )
{%- endmacro %}
