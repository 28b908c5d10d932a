{% macro as_of_date() -%}
    {%- set given = var('as_of_date') | string -%}
    {%- set zone = modules.pytz.timezone(var('default_time_zone')) -%}
    {%- set today = modules.datetime.datetime.now(zone) -%}
    {%- if given == 'yesterday' -%}
        {{ return((today - modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d')) }}
    {%- endif -%}

    {%- set complaint = "Variable as_of_date is '" ~ given ~ "': " -%}
    {%- if not modules.re.match('^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$', given) -%}
        {%- do exceptions.raise_compiler_error(
            complaint ~ "give a date such as 2026-02-28, or yesterday"
        ) -%}
    {%- endif -%}
    {#- Counting days from the first of the month finds the 31st of February in the next month. -#}
    {%- set first = modules.datetime.datetime.strptime(given[:8] ~ '01', '%Y-%m-%d') -%}
    {%- set counted = first + modules.datetime.timedelta(days=given[8:] | int - 1) -%}
    {%- if counted.strftime('%Y-%m-%d') != given -%}
        {%- do exceptions.raise_compiler_error(complaint ~ "the calendar has no such date") -%}
    {%- endif -%}
    {%- if given > today.strftime('%Y-%m-%d') -%}
        {%- do exceptions.raise_compiler_error(complaint ~ "that day has not come yet") -%}
    {%- endif -%}
    {{ return(given) }}
{%- endmacro %}
