{% macro feed_rules(feed) -%}
    {%- set rules = {
        'order_predictions': {
            'occurred_at': storewatch.real_timestamp('source.create_time'),
            'business_date': 'local_rows.predict_date',
            'reasons': {
                'missing_quantity': 'dated.vlt_avg_demand is null',
                'missing_goods': "coalesce(" ~ storewatch.trimmed('dated.goods_code') ~ ", '') = ''",
            },
        },
        'stock_changes': {
            'occurred_at': 'source.create_time',
            'reasons': {
                'missing_quantity': 'dated.total_adjust_num is null',
                'missing_goods': "coalesce(" ~ storewatch.trimmed('dated.goods_code') ~ ", '') = ''",
            },
        },
        'trades': {'occurred_at': 'source.pay_time'},
        'trade_items': {'occurred_at': 'source.create_time', 'dept_id': 'orders.dept_id'},
        'production_orders': {'occurred_at': 'source.start_time'},
        'expiry_records': {'occurred_at': 'source.prepared_time'},
        'qc_tasks': {'occurred_at': 'source.create_time'},
        'attendance': {'occurred_at': 'source.shift_start'},
    } -%}
    {%- if feed not in rules -%}
        {%- do exceptions.raise_compiler_error(
            "feed_rules: unknown feed '" ~ feed ~ "', expected one of " ~ rules.keys() | join(', ')
        ) -%}
    {%- endif -%}
    {%- if feed == 'trade_items' -%}
        {#- Items carry no store: theirs is the order's. Named here alone, since every model that
            calls source() comes to depend on it. -#}
        {%- do rules[feed].update({
            'join': 'left join ' ~ source('raw', 'raw_trades')
                ~ ' as orders on orders.order_no = source.order_no',
            'join_columns': 'orders.order_no as known_order_no,',
            'first_reasons': {'unknown_order': 'dated.known_order_no is null'},
        }) -%}
    {%- endif -%}
    {{ return(rules[feed]) }}
{%- endmacro %}
