{% macro definition_hash(unique_id) -%}
    {%- set parts = [] -%}
    {%- for name in [
        'default_time_zone', 'prediction_cutoff_hour', 'tracking_signal_sigmas', 'classic_tracking_limit'
    ] -%}
        {%- do parts.append(name ~ '=' ~ var(name)) -%}
    {%- endfor -%}
    {%- for node_id in [unique_id] + storewatch.upstream_nodes(unique_id) -%}
        {%- set node = graph.nodes.get(node_id) -%}
        {%- if node -%}
            {%- do parts.append(node_id ~ '=' ~ node.checksum.checksum) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(local_md5(parts | join('\n'))) }}
{%- endmacro %}
