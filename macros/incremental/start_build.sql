{% macro start_build() -%}
    {%- if not storewatch.is_building() -%}
        {{ return('') }}
    {%- endif -%}
    {%- set load_steps = adapter.get_relation(target.database, target.schema, 'load_steps') -%}
    {%- if load_steps is none -%}
        {%- do exceptions.raise_compiler_error(
            "Table load_steps is missing in schema '" ~ target.schema
            ~ "': run `python -m loader setup` and `python -m loader load` first"
        ) -%}
    {%- endif -%}
    {%- set runs = storewatch.state_relation('build_runs') -%}
    {%- set watermarks = storewatch.state_relation('build_watermarks') -%}
    {%- do run_query(
        "create table if not exists " ~ runs ~ " ("
        ~ "invocation_id varchar(64) primary key, as_of_date date not null, load_id bigint not null, "
        ~ "started_at datetime, finished_at datetime, status varchar(16) not null)"
    ) -%}
    {%- do run_query(
        "create table if not exists " ~ watermarks ~ " ("
        ~ "model_name varchar(128) primary key, load_id bigint not null, as_of_date date not null, "
        ~ "definition_hash varchar(32) not null, version varchar(64) not null, "
        ~ "rebuilt_from date not null, invocation_id varchar(64) not null, built_at datetime)"
    ) -%}
    {%- do adapter.cache_added(runs) -%}
    {%- do adapter.cache_added(watermarks) -%}
    {%- do storewatch.create_people_tables() -%}
    {#- Committed here: what a hook returns to dbt is rolled back with its connection on MySQL. -#}
    {%- call statement('start_build', auto_begin=True) -%}
        insert into {{ runs }} (invocation_id, as_of_date, load_id, started_at, status)
        select
            '{{ invocation_id }}',
            {{ storewatch.date_literal(storewatch.as_of_date()) }},
            coalesce(max(load_id), 0),
            {{ storewatch.utc_now() }},
            'running'
        from {{ load_steps }}
        where status = 'ok'
    {%- endcall -%}
    {%- do adapter.commit() -%}
{%- endmacro %}
