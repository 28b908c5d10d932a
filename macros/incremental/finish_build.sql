{% macro finish_build(results) -%}
    {%- if not storewatch.is_building() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set broken = results | selectattr('status', 'in', ['error', 'fail', 'runtime error']) | list -%}
    {%- call statement('finish_build', auto_begin=True) -%}
        update {{ storewatch.state_relation('build_runs') }}
        set
            finished_at = {{ storewatch.utc_now() }},
            status = '{{ "failed" if broken else "ok" }}'
        where invocation_id = '{{ invocation_id }}'
    {%- endcall -%}
    {%- do adapter.commit() -%}
{%- endmacro %}
