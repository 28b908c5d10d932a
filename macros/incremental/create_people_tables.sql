{% macro create_people_tables() -%}
    {#- What people say of alerts, and the alerts they may have seen. No build ever replaces these. -#}
    {%- for name, columns in {
        'alert_feedback': 'alert_id varchar(32) not null, action varchar(16) not null, '
            ~ 'given_at datetime not null, given_by varchar(128), note varchar(500), '
            ~ 'snoozed_until date, primary key (alert_id, given_at, action)',
        'alert_registry': 'alert_id varchar(32) primary key, family varchar(16) not null, '
            ~ 'entity_type varchar(16) not null, shop_no varchar(64) not null, '
            ~ 'dimension varchar(16) not null, opened_on date not null, last_seen_on date not null',
    }.items() -%}
        {%- if adapter.get_relation(target.database, target.schema, name) is none -%}
            {%- set relation = storewatch.state_relation(name) -%}
            {%- do run_query('create table if not exists ' ~ relation ~ ' (' ~ columns ~ ')') -%}
            {%- set settled = storewatch.settle_collation(relation) | trim -%}
            {%- if settled -%}
                {%- do run_query(settled) -%}
            {%- endif -%}
            {%- do adapter.cache_added(relation) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endmacro %}
