{% macro spc_check_series(macro_name, relation, partition_by, order_by, names, gap_days=none) -%}
    {%- if relation is undefined or relation is none or not relation | string | trim -%}
        {%- do storewatch.spc_reject(macro_name, 'relation', 'a relation or the name of a CTE', relation) -%}
    {%- endif -%}
    {%- set is_list = partition_by is sequence and partition_by is not string -%}
    {%- for column in (partition_by if is_list else [partition_by]) -%}
        {%- if not storewatch.spc_is_name(column) -%}
            {%- do storewatch.spc_reject(
                macro_name,
                'partition_by',
                'a column name or a list of column names, [] for one series of all rows',
                partition_by
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for argument, name in dict({'order_by': order_by}, **names).items() -%}
        {%- if not storewatch.spc_is_name(name) -%}
            {%- do storewatch.spc_reject(macro_name, argument, 'a column name', name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if gap_days is not none -%}
        {%- do storewatch.spc_check_whole(macro_name, 'gap_days', gap_days, 1) -%}
    {%- endif -%}
{%- endmacro %}
