{% macro local_timestamp(timestamp, utc_days='utc_days') -%}
    {#- The joined row of stg_calendar__utc_days is that of the zone and of the timestamp's UTC date. -#}
    {{ storewatch.add_seconds(timestamp, (
        'case when ' ~ timestamp ~ ' >= ' ~ utc_days ~ '.changed_at'
        ~ ' then ' ~ utc_days ~ '.changed_offset_seconds else ' ~ utc_days ~ '.offset_seconds end'
    )) }}
{%- endmacro %}
