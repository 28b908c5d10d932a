{% macro spc_rolling_baseline(relation, partition_by, order_by, value, window, min_points=none) -%}
    {%- set macro_name = 'spc_rolling_baseline' -%}
    {%- do storewatch.spc_check_series(macro_name, relation, partition_by, order_by, {'value': value}) -%}
    {%- do storewatch.spc_check_whole(macro_name, 'window', window, 2) -%}
    {#- Half of the window, rounded up. -#}
    {%- set min_points = [2, (window + 1) // 2] | max if min_points is none else min_points -%}
    {%- do storewatch.spc_check_whole(macro_name, 'min_points', min_points, 2, window) -%}
    {%- set distance = '(' ~ storewatch.as_double(value) ~ ' - baseline_mean)' -%}
    {%- set frame -%}
        {{ storewatch.spc_series(partition_by, order_by) }}
        rows between {{ window }} preceding and 1 preceding
    {%- endset -%}
    select
        spc_scored.*,
        {{ storewatch.z_calibrated('z_score', 'baseline_n') }} as z_calibrated,
        case when z_score is null then 0 else 1 end as is_evaluable
    from (
        select
            spc_framed.*,
            case
                when
                    baseline_n < {{ min_points }}
                    or {{ storewatch.is_flat('baseline_sigma', 'baseline_mean') }}
                    then null
                {#- A value on the mean has z = 0 on every engine, whatever the rounding of its sum. #}
                when {{ storewatch.is_negligible(distance, 'baseline_mean', '1e-12') }} then 0e0
                else {{ distance }} / baseline_sigma
            end as z_score
        from (
            select
                spc_input.*,
                {{ storewatch.as_integer('count(' ~ value ~ ') over (' ~ frame ~ ')') }} as baseline_n,
                {{ storewatch.moving_average(value, frame) }} as baseline_mean,
                stddev_samp({{ storewatch.as_double(value) }}) over ({{ frame }}) as baseline_sigma
            from {{ relation }} as spc_input
        ) as spc_framed
    ) as spc_scored
{%- endmacro %}
