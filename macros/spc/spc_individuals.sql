{% macro spc_individuals(relation, partition_by, order_by, value, baseline=none, prefix='xmr') -%}
    {%- do storewatch.spc_check_series(
        'spc_individuals', relation, partition_by, order_by, {'value': value, 'prefix': prefix}
    ) -%}
    {%- if baseline is not none -%}
        {%- do storewatch.spc_check_whole('spc_individuals', 'baseline', baseline, 2) -%}
    {%- endif -%}
    {%- set series = storewatch.spc_series(partition_by) -%}
    {%- set points = storewatch.spc_points(partition_by, order_by, value) -%}
    {%- set number = storewatch.as_double(value) -%}
    {%- set in_baseline = prefix ~ '_point' ~ (' is not null' if baseline is none else ' <= ' ~ baseline) -%}
    {%- set sigma = prefix ~ '_mean_range / 1.128' -%}
    {%- set has_limits = 'not (' ~ storewatch.is_flat(sigma, prefix ~ '_center') ~ ')' -%}
    select
        spc_limited.*,
        case
            when {{ number }} > {{ prefix }}_upper then 1
            when {{ number }} < {{ prefix }}_lower then -1
            else 0
        end as {{ prefix }}_signal,
        case when {{ prefix }}_range > {{ prefix }}_range_upper then 1 else 0 end
            as {{ prefix }}_range_signal
    from (
        select
            spc_centered.*,
            {{ sigma }} as {{ prefix }}_sigma,
            case when {{ has_limits }} then {{ prefix }}_center - 3 * {{ sigma }} end
                as {{ prefix }}_lower,
            case when {{ has_limits }} then {{ prefix }}_center + 3 * {{ sigma }} end
                as {{ prefix }}_upper,
            case when {{ has_limits }} then 3.267 * {{ prefix }}_mean_range end
                as {{ prefix }}_range_upper
        from (
            select
                spc_ranged.*,
                avg(case when {{ in_baseline }} then {{ number }} end) over ({{ series }})
                    as {{ prefix }}_center,
                avg(case when {{ in_baseline }} then {{ prefix }}_range end) over ({{ series }})
                    as {{ prefix }}_mean_range
            from (
                select
                    spc_input.*,
                    case
                        when {{ value }} is not null
                            then {{ storewatch.as_integer('row_number() over spc_points') }}
                    end as {{ prefix }}_point,
                    abs({{ number }} - lag({{ number }}) over spc_points) as {{ prefix }}_range
                from {{ relation }} as spc_input
                window spc_points as ({{ points }})
            ) as spc_ranged
        ) as spc_centered
    ) as spc_limited
{%- endmacro %}
