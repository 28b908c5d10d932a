{% macro spc_segments(relation, partition_by, order_by, value, gap_days, prefix='spc') -%}
    {%- do storewatch.spc_check_series(
        'spc_segments', relation, partition_by, order_by, {'value': value, 'prefix': prefix}
    ) -%}
    {%- do storewatch.spc_check_whole('spc_segments', 'gap_days', gap_days, 1) -%}
    {%- set gap = prefix ~ '_gap' -%}
    select
        spc_gaps.*,
        case
            when {{ value }} is not null
                then {{ storewatch.as_integer(
                    'count(case when ' ~ gap ~ ' > ' ~ gap_days ~ ' then 1 end) over ('
                    ~ 'spc_points rows between unbounded preceding and current row)'
                ) }}
        end as {{ prefix }}_segment
    from (
        select
            spc_input.*,
            case
                when {{ value }} is not null
                    then {{ storewatch.as_integer(storewatch.days_between(
                        'lag(' ~ order_by ~ ') over spc_points', order_by
                    )) }}
            end as {{ gap }}
        from {{ relation }} as spc_input
        window spc_points as ({{ storewatch.spc_points(partition_by, order_by, value) }})
    ) as spc_gaps
    window spc_points as ({{ storewatch.spc_points(partition_by, order_by, value) }})
{%- endmacro %}
