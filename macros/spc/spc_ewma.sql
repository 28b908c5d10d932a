{% macro spc_ewma(
    relation, partition_by, order_by, z, lambda, limit, exact_limits=false, gap_days=none,
    prefix='ewma'
) -%}
    {%- do storewatch.spc_check_series(
        'spc_ewma', relation, partition_by, order_by, {'z': z, 'prefix': prefix}, gap_days
    ) -%}
    {%- do storewatch.spc_check_number('spc_ewma', 'lambda', lambda, 0.001, 1) -%}
    {%- do storewatch.spc_check_number('spc_ewma', 'limit', limit, 0) -%}
    {%- if exact_limits is not boolean -%}
        {%- do storewatch.spc_reject('spc_ewma', 'exact_limits', 'true or false', exact_limits) -%}
    {%- endif -%}
    {%- set lags = storewatch.ewma_lags(lambda) -%}
    {%- set block = storewatch.ewma_block_points(lags) -%}
    {%- set blocks = lags // block -%}
    {%- set keep = 1 - lambda -%}
    {%- set z_value = storewatch.as_double(z) -%}
    {%- set segment = prefix ~ '_segment' if gap_days is not none -%}
    {%- set points = storewatch.spc_points(partition_by, order_by, z, segment) -%}
    select
        spc_averaged.*,
        -{{ prefix }}_lower as {{ prefix }}_upper,
        case
            when {{ prefix }} > -{{ prefix }}_lower then 1
            when {{ prefix }} < {{ prefix }}_lower then -1
            else 0
        end as {{ prefix }}_signal
    from (
        select
            spc_blocks.*,
            {{ lambda }} * (
                {{ prefix }}_block
                {%- for number in range(1, blocks) %}
                + {{ keep ** (number * block) }}
                * coalesce(lag({{ prefix }}_block, {{ number * block }}) over spc_points, 0)
                {%- endfor %}
                {%- for lag in range(blocks * block, lags) %}
                + {{ keep ** lag }} * coalesce(lag({{ z_value }}, {{ lag }}) over spc_points, 0)
                {%- endfor %}
            ) as {{ prefix }},
            case
                when {{ z }} is not null
                    then -{{ storewatch.as_double(limit * (lambda / (2 - lambda)) ** 0.5) }}
                    {%- if exact_limits %}
                    {#- After as many points as the average reaches, the factor is 1. #}
                    * sqrt(1 - power({{ keep }}, 2 * least(row_number() over spc_points, {{ lags }})))
                    {%- endif %}
            end as {{ prefix }}_lower
        from (
            select
                spc_input.*,
                {{ z_value }}
                {%- for lag in range(1, block) %}
                + {{ keep ** lag }} * coalesce(lag({{ z_value }}, {{ lag }}) over spc_points, 0)
                {%- endfor %} as {{ prefix }}_block
            from {{ storewatch.spc_source(relation, partition_by, order_by, z, gap_days, prefix) }}
                as spc_input
            window spc_points as ({{ points }})
        ) as spc_blocks
        window spc_points as ({{ points }})
    ) as spc_averaged
{%- endmacro %}
