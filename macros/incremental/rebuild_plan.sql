{% macro rebuild_plan() -%}
    {%- set as_of = storewatch.as_of_date() -%}
    {%- set plan = {
        'is_full': true, 'rebuild_from': '1900-01-01', 'as_of': as_of, 'settled_as_of': as_of,
        'load_id': 0, 'definition_hash': '', 'version': invocation_id
    } -%}
    {%- set load_steps = adapter.get_relation(target.database, target.schema, 'load_steps')
        if execute else none -%}
    {%- set watermarks = adapter.get_relation(target.database, target.schema, 'build_watermarks')
        if execute else none -%}
    {%- if load_steps is none or watermarks is none -%}
        {{ return(plan) }}
    {%- endif -%}

    {%- set parents = [] -%}
    {#- A model that reads the log of loads names the feeds it reads it for: they are not its parents. -#}
    {%- set feeds = config.get('feeds', default=[]) | list -%}
    {%- for node_id in storewatch.upstream_nodes(model.unique_id) -%}
        {%- if node_id in graph.sources and graph.sources[node_id].name.startswith('raw_') -%}
            {%- do feeds.append(graph.sources[node_id].name[4:]) -%}
        {%- elif node_id in graph.nodes
            and graph.nodes[node_id].config.materialized in ('incremental_by_date', 'table') -%}
            {%- do parents.append(graph.nodes[node_id].name) -%}
        {%- endif -%}
    {%- endfor -%}

    {#- What this build may count as read: no more than the loads that were finished when it began,
        and no more than the tables it stands on have themselves read. -#}
    {%- set bounds = run_query(
        "select load_id, as_of_date from " ~ storewatch.state_relation('build_runs')
        ~ " where invocation_id = '" ~ invocation_id ~ "'"
    ).rows | list -%}
    {%- if storewatch.is_building() and not bounds -%}
        {%- do exceptions.raise_compiler_error(
            "This build could not be started, see the error of the on-run-start hook above"
        ) -%}
    {%- endif -%}
    {%- if parents -%}
        {%- do bounds.extend(run_query(
            "select load_id, as_of_date from " ~ watermarks
            ~ " where model_name in ('" ~ parents | join("', '") ~ "')"
        ).rows) -%}
    {%- endif -%}
    {%- do plan.update({
        'load_id': bounds | map(attribute=0) | map('int') | min if bounds else 0,
        'settled_as_of': (bounds | map(attribute=1) | map('string') | list + [as_of]) | min,
        'definition_hash': storewatch.definition_hash()
    }) -%}

    {%- set own = run_query(
        "select load_id, as_of_date, definition_hash, version from " ~ watermarks
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
        {#- The loader dates its windows in one zone: a store to the west of it lies a day behind. -#}
        {%- do starts.append((parse(touched | string, '%Y-%m-%d') - day).strftime('%Y-%m-%d')) -%}
    {%- endif -%}
    {%- do plan.update({'is_full': false, 'rebuild_from': starts | min, 'version': own[0][3]}) -%}
    {{ return(plan) }}
{%- endmacro %}
