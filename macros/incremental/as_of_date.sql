{% macro as_of_date() -%}
    {%- set given = var('as_of_date') | string -%}
    {%- if given == 'yesterday' -%}
        {%- set zone = modules.pytz.timezone(var('default_time_zone')) -%}
        {%- set today = modules.datetime.datetime.now(zone) -%}
        {{ return((today - modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d')) }}
    {%- endif -%}
    {%- if not modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', given) -%}
        {%- do exceptions.raise_compiler_error(
            "Variable as_of_date is '" ~ given ~ "': give a date such as 2026-02-28, or yesterday"
        ) -%}
    {%- endif -%}
    {{ return(given) }}
{%- endmacro %}
