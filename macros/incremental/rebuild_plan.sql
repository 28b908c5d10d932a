{% macro rebuild_plan() -%}
    {%- set as_of = storewatch.as_of_date() -%}
    {%- set everything = '1900-01-01' -%}
    {%- set plan = {
        'is_full': true, 'rebuild_from': everything, 'as_of': as_of, 'settled_as_of': as_of,
        'load_id': 0, 'definition_hash': ''
    } -%}
    {%- if not execute -%}
        {{ return(plan) }}
    {%- endif -%}

    {%- set load_steps = adapter.get_relation(target.database, target.schema, 'load_steps') -%}
    {%- set watermarks = adapter.get_relation(target.database, target.schema, 'build_watermarks') -%}
    {%- do plan.update({'definition_hash': storewatch.definition_hash(model.unique_id)}) -%}
    {%- if load_steps is none or watermarks is none -%}
        {{ return(plan) }}
    {%- endif -%}

    {#- What this build may count as read: no more than the loads that were finished when it began,
        and no more than the models it stands on have themselves read. -#}
    {%- set upstream = storewatch.upstream_nodes(model.unique_id) -%}
    {%- set parents = [] -%}
    {%- set feeds = [] -%}
    {%- for node_id in upstream -%}
        {%- if node_id in graph.sources and graph.sources[node_id].name.startswith('raw_') -%}
            {%- do feeds.append(graph.sources[node_id].name[4:]) -%}
        {%- elif node_id in graph.nodes
            and graph.nodes[node_id].config.materialized == 'incremental_by_date' -%}
            {%- do parents.append(graph.nodes[node_id].name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set bounds = run_query(
        "select load_id, as_of_date from " ~ storewatch.state_relation('build_runs')
        ~ " where invocation_id = '" ~ invocation_id ~ "'"
        ~ (" union all select load_id, as_of_date from " ~ watermarks
           ~ " where model_name in ('" ~ parents | join("', '") ~ "')" if parents else '')
    ).rows -%}
    {%- do plan.update({
        'load_id': bounds | map(attribute=0) | map('int') | min if bounds else 0,
        'settled_as_of': (bounds | map(attribute=1) | map('string') | list + [as_of]) | min
    }) -%}

    {%- set own = run_query(
        "select load_id, as_of_date, definition_hash from " ~ watermarks
        ~ " where model_name = '" ~ model.name ~ "'"
    ).rows -%}
    {%- if flags.FULL_REFRESH or load_cached_relation(this) is none or not own
        or own[0][2] != plan.definition_hash -%}
        {{ return(plan) }}
    {%- endif -%}

    {%- set touched = run_query(
        "select min(touched_from) from " ~ load_steps ~ " where status = 'ok' and load_id > " ~ own[0][0]
        ~ " and load_id <= " ~ plan.load_id ~ " and feed in ('" ~ feeds | join("', '") ~ "')"
    ).rows[0][0] -%}
    {%- set day = modules.datetime.timedelta(days=1) -%}
    {%- set parse = modules.datetime.datetime.strptime -%}
    {%- set starts = [
        (parse(own[0][1] | string, '%Y-%m-%d') + day).strftime('%Y-%m-%d'),
        (parse(as_of, '%Y-%m-%d') + day).strftime('%Y-%m-%d')
    ] -%}
    {%- if touched is not none -%}
        {%- do starts.append(touched | string) -%}
    {%- endif -%}
    {%- do plan.update({'is_full': false, 'rebuild_from': starts | min}) -%}
    {{ return(plan) }}
{%- endmacro %}
