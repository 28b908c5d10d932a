{% macro definition_hash() -%}
    {#- What this node is made of: its own text, the variables that shape numbers, and its parents as
        they were built, not as their files read now. A parent that was built anew, whatever the
        reason, has another version. -#}
    {%- set parts = ['self=' ~ graph.nodes[model.unique_id].checksum.checksum] -%}
    {%- for name in storewatch.shaping_variables() -%}
        {%- do parts.append(name ~ '=' ~ var(name)) -%}
    {%- endfor -%}
    {%- set parents = [] -%}
    {%- for parent in model.depends_on.nodes if parent in graph.nodes -%}
        {%- do parents.append(graph.nodes[parent].name) -%}
    {%- endfor -%}
    {%- if parents -%}
        {%- for row in run_query(
            "select model_name, version from " ~ storewatch.state_relation('build_watermarks')
            ~ " where model_name in ('" ~ parents | join("', '") ~ "') order by model_name"
        ).rows -%}
            {%- do parts.append(row[0] ~ '=' ~ row[1]) -%}
        {%- endfor -%}
    {%- endif -%}
    {{ return(local_md5(parts | join('\n'))) }}
{%- endmacro %}
