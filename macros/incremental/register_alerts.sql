{% macro register_alerts() -%}
    {#- Ids that people have seen are never forgotten: feedback finds its alert by them. -#}
    {%- if storewatch.is_building() -%}
        {%- set registry = storewatch.state_relation('alert_registry') -%}
        {%- call statement('forget_alerts') -%}
            delete from {{ registry }}
            where alert_id in (select alert_id from {{ this }})
        {%- endcall -%}
        {%- call statement('register_alerts') -%}
            insert into {{ registry }}
                (alert_id, family, entity_type, shop_no, dimension, opened_on, last_seen_on)
            select alert_id, family, entity_type, shop_no, dimension, opened_on, last_seen_on
            from {{ this }}
        {%- endcall -%}
    {%- endif -%}
{%- endmacro %}
