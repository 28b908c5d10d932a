{% macro store_feeds() -%}
    {{ return([
        'attendance', 'expiry_records', 'production_orders', 'qc_tasks', 'trade_items', 'trades',
    ]) }}
{%- endmacro %}
