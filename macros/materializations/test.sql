{#- dbt's own test, which says how many rows failed; this one also says which, in one line each. -#}
{% materialization test, default %}
    {%- set outcome = dbt.materialization_test_default() -%}
    {%- set failures = load_result('main').table.rows[0][0] | int -%}
    {%- if failures > 0 -%}
        {%- set shown = run_query('select * from (' ~ sql ~ ') as offenders limit 5') -%}
        {%- for row in shown.rows -%}
            {%- set values = [] -%}
            {%- for column in shown.column_names -%}
                {%- do values.append(column ~ '=' ~ ('NULL' if row[column] is none else row[column])) -%}
            {%- endfor -%}
            {%- do log('    ' ~ model.name ~ ': ' ~ values | join(', '), info=True) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(outcome) }}
{% endmaterialization %}
