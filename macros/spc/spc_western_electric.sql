{% macro spc_western_electric(relation, partition_by, order_by, z, gap_days=none, prefix='we') -%}
    {%- do storewatch.spc_check_series(
        'spc_western_electric', relation, partition_by, order_by, {'z': z, 'prefix': prefix}, gap_days
    ) -%}
    {%- set segment = prefix ~ '_segment' if gap_days is not none -%}
    {%- set points = storewatch.spc_points(partition_by, order_by, z, segment) -%}
    {%- set zones = [
        {'rule': 2, 'beyond': 2, 'needed': 2, 'of': 3},
        {'rule': 3, 'beyond': 1, 'needed': 4, 'of': 5},
        {'rule': 4, 'beyond': 0, 'needed': 8, 'of': 8},
    ] -%}
    select
        spc_sides.*,
        {%- for rule in range(1, 6) %}
        abs({{ prefix }}_side_{{ rule }}) as {{ prefix }}_rule_{{ rule }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            spc_steps.*,
            {#- Six points are five steps. #}
            case
                sum({{ prefix }}_step) over (spc_points rows between 4 preceding and current row)
                when 5 then 1
                when -5 then -1
                else 0
            end as {{ prefix }}_side_5
        from (
            select
                spc_input.*,
                case when {{ z }} > 3 then 1 when {{ z }} < -3 then -1 else 0 end
                    as {{ prefix }}_side_1,
                {#- Units count the points beyond the zone above, tens those below: MySQL reads the frame
                    once for every sum. The lag asks whether there are as many points yet. #}
                {%- for zone in zones %}
                case
                    when
                        abs({{ z }}) > {{ zone.beyond }}
                        and lag({{ z }}, {{ zone.of - 1 }}) over spc_points is not null
                        and mod(
                            floor(
                                sum(
                                    case
                                        when {{ z }} > {{ zone.beyond }} then 1
                                        when {{ z }} < -{{ zone.beyond }} then 10
                                        else 0
                                    end
                                ) over (
                                    spc_points rows between {{ zone.of - 1 }} preceding and current row
                                ) / case when {{ z }} > 0 then 1 else 10 end
                            ),
                            10
                        ) >= {{ zone.needed }}
                        then case when {{ z }} > 0 then 1 else -1 end
                    else 0
                end as {{ prefix }}_side_{{ zone.rule }},
                {%- endfor %}
                {#- Points that are equal but for their rounding are no step. #}
                case
                    when {{ z }} > lag({{ z }}) over spc_points + 1e-9 then 1
                    when {{ z }} < lag({{ z }}) over spc_points - 1e-9 then -1
                    else 0
                end as {{ prefix }}_step
            from {{ storewatch.spc_source(relation, partition_by, order_by, z, gap_days, prefix) }}
                as spc_input
            window spc_points as ({{ points }})
        ) as spc_steps
        window spc_points as ({{ points }})
    ) as spc_sides
{%- endmacro %}
