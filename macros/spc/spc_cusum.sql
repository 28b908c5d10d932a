{% macro spc_cusum(
    relation, partition_by, order_by, z, k, h, memory=none, gap_days=none, prefix='cusum'
) -%}
    {%- do storewatch.spc_check_series(
        'spc_cusum', relation, partition_by, order_by, {'z': z, 'prefix': prefix}, gap_days
    ) -%}
    {%- for argument, value in {'k': k, 'h': h}.items() if not storewatch.spc_is_name(value) -%}
        {%- do storewatch.spc_check_number('spc_cusum', argument, value, 0, also=', or a column name') -%}
    {%- endfor -%}
    {%- if memory is not none -%}
        {%- do storewatch.spc_check_whole('spc_cusum', 'memory', memory, 1) -%}
    {%- endif -%}
    {%- set segment = prefix ~ '_segment' if gap_days is not none -%}
    {%- set points = storewatch.spc_points(partition_by, order_by, z, segment) -%}
    {%- set first_row = 'unbounded' if memory is none else memory - 1 -%}
    {%- set steps = {
        'high': storewatch.as_double(z) ~ ' - ' ~ k,
        'low': '-' ~ storewatch.as_double(z) ~ ' - ' ~ k,
    } -%}
    select
        spc_sums.*,
        {#- A sum that equals h but for its rounding is not above it. #}
        case
            when {{ prefix }}_high > {{ h }} + 1e-9 and {{ prefix }}_high >= {{ prefix }}_low then 1
            when {{ prefix }}_low > {{ h }} + 1e-9 then -1
            else 0
        end as {{ prefix }}_signal
    from (
        select
            spc_running.*,
            {%- for side, step in steps.items() %}
            {#- The lowest sum before any point of the memory; before the first one it is S0 = 0. #}
            {{ prefix }}_{{ side }}_sum - least(
                {{ prefix }}_{{ side }}_sum,
                min({{ prefix }}_{{ side }}_sum - ({{ step }})) over (
                    spc_points rows between {{ first_row }} preceding and current row
                )
            ) as {{ prefix }}_{{ side }}{{ ',' if not loop.last }}
            {%- endfor %}
        from (
            select
                spc_input.*,
                {%- for side, step in steps.items() %}
                sum({{ step }}) over (
                    spc_points rows between unbounded preceding and current row
                ) as {{ prefix }}_{{ side }}_sum{{ ',' if not loop.last }}
                {%- endfor %}
            from {{ storewatch.spc_source(relation, partition_by, order_by, z, gap_days, prefix) }}
                as spc_input
            window spc_points as ({{ points }})
        ) as spc_running
        window spc_points as ({{ points }})
    ) as spc_sums
{%- endmacro %}
