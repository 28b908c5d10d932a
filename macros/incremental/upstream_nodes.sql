{% macro upstream_nodes(unique_id) -%}
    {%- set found = [] -%}
    {%- set waiting = [unique_id] -%}
    {#- Jinja has no while: a graph of n nodes needs at most n rounds. -#}
    {%- for _ in range(graph.nodes | length + graph.sources | length) if waiting -%}
        {%- set node = graph.nodes.get(waiting.pop()) -%}
        {%- for parent in (node.depends_on.nodes if node else []) if parent not in found -%}
            {%- do found.append(parent) -%}
            {%- do waiting.append(parent) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found | sort) }}
{%- endmacro %}
