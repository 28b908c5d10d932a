{#- Keeps a table of dated rows current: only dates from `rebuild_from` on are computed again, and
    they are exchanged together with the model's watermark in one transaction. -#}
{% materialization incremental_by_date, default %}
    {%- set date_column = config.require('date_column') -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target_relation = this.incorporate(type='table') -%}
    {%- set plan = storewatch.rebuild_plan() -%}

    {{ run_hooks(pre_hooks, inside_transaction=False) }}
    {{ run_hooks(pre_hooks, inside_transaction=True) }}

    {%- if plan.is_full -%}
        {#- A rename cannot be taken back. Without a watermark a build that ends between the rename and
            its end is simply done again. -#}
        {%- do storewatch.forget_watermark() -%}
        {%- do adapter.commit() -%}
        {%- set leftover = storewatch.build_and_swap(target_relation, existing, sql) -%}
    {%- else -%}
        {#- An ordinary table: what a temporary one is called differs between engines. -#}
        {%- set leftover = make_intermediate_relation(target_relation) -%}
        {%- do adapter.drop_relation(leftover) -%}
        {%- set columns = adapter.get_columns_in_relation(existing)
            | map(attribute='name') | join(', ') -%}
        {%- call statement('compute') -%}
            {{ storewatch.keyed_table_as(leftover, sql, config.get('primary_key'), []) }}
        {%- endcall -%}
        {%- call statement('delete') -%}
            delete from {{ target_relation }}
            where {{ date_column }} >= {{ storewatch.date_literal(plan.rebuild_from) }}
        {%- endcall -%}
        {%- call statement('main') -%}
            insert into {{ target_relation }} ({{ columns }})
            select {{ columns }} from {{ leftover }}
        {%- endcall -%}
    {%- endif -%}
    {%- do storewatch.record_watermark(plan) -%}

    {{ run_hooks(post_hooks, inside_transaction=True) }}
    {%- do persist_docs(target_relation, model) -%}
    {%- do adapter.commit() -%}
    {%- do adapter.drop_relation(leftover) -%}
    {{ run_hooks(post_hooks, inside_transaction=False) }}

    {{ return({'relations': [target_relation]}) }}
{% endmaterialization %}
