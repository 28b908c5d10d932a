{{ config(
    date_column='metric_date',
    primary_key=['metric_date', 'entity_type', 'shop_no', 'metric_name'],
    indexes=[['entity_type', 'shop_no', 'metric_name', 'metric_date']],
) }}

{%- set severities = ['INFO', 'WARNING', 'CRITICAL'] %}

with

baselines as (

    select *
    from {{ ref('int_store__baselines') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

rules as (

    select *
    from {{ ref('int_store__rules') }}
    where {{ in_rebuilt_dates('metric_date') }}

),

kpis as (

    select * from {{ ref('store_kpis') }}

),

severity_rules as (

    select
        max(case when severity = 'INFO' then z_beyond end) as z_info,
        max(case when severity = 'INFO' then min_rules end) as rules_info,
        max(case when severity = 'WARNING' then z_beyond end) as z_warning,
        max(case when severity = 'WARNING' then min_rules end) as rules_warning,
        max(case when severity = 'CRITICAL' then z_beyond end) as z_critical,
        max(case when severity = 'CRITICAL' then min_rules end) as rules_critical
    from {{ ref('store_severity_rules') }}

),

-- The default method comes first; where it cannot judge, the simpler ones stand in, in this order.
candidates as (

    select
        baselines.*,
        kpis.dimension,
        kpis.polarity,
        kpis.can_page,
        case when baselines.baseline_method = kpis.default_method then 1 else 0 end as is_default,
        case
            when baselines.baseline_method = kpis.default_method then 1
            when baselines.baseline_method = 'same_dow_8wk' then 2
            when baselines.baseline_method = 'rolling_28d' then 3
        end as preference
    from baselines
    inner join kpis
        on kpis.metric_name = baselines.metric_name
    where
        kpis.is_charted = 1
        and (
            baselines.baseline_method = kpis.default_method
            or (
                baselines.is_evaluable = 1
                and baselines.baseline_method in ('same_dow_8wk', 'rolling_28d')
            )
        )

),

ranked as (

    select
        *,
        row_number() over (
            partition by metric_date, entity_type, shop_no, metric_name
            order by is_evaluable desc, preference asc
        ) as best_first
    from candidates

),

measured as (

    select
        ranked.*,
        {% for rule in range(1, 6) -%}
        coalesce(rules.we_rule_{{ rule }}, 0) as we_rule_{{ rule }},
        {% endfor -%}
        coalesce(rules.rule_count, 0) as rule_count,
        coalesce(ranked.z_calibrated, ranked.judged_value - ranked.center) as signed_distance,
        case
            when
                ranked.not_evaluable_reason = 'zero_variance'
                and not ({{ is_flat('abs(ranked.judged_value - ranked.center)', 'ranked.center') }})
                then 1
            else 0
        end as differs_from_flat
    from ranked
    left join rules
        on
            rules.metric_date = ranked.metric_date
            and rules.entity_type = ranked.entity_type
            and rules.shop_no = ranked.shop_no
            and rules.metric_name = ranked.metric_name
            and rules.baseline_method = ranked.baseline_method
    where ranked.best_first = 1

),

graded as (

    select
        measured.*,
        case
            {%- for severity in severities | reverse %}
            when
                abs(measured.z_calibrated) > severity_rules.z_{{ severity | lower }}
                or measured.rule_count >= severity_rules.rules_{{ severity | lower }}
                then {{ loop.revindex }}
            {%- endfor %}
            when measured.differs_from_flat = 1 then 1
            else 0
        end as uncapped_rank,
        case
            when measured.polarity = 'two_sided' then 1
            when measured.polarity = 'higher_is_better' and measured.signed_distance < 0 then 1
            when measured.polarity = 'lower_is_better' and measured.signed_distance > 0 then 1
            else 0
        end as is_unfavourable,
        case
            when
                measured.entity_type = 'store'
                and measured.store_day_number <= {{ var('store_warmup_days') }}
                then 1
            else 0
        end as is_warm_up
    from measured
    cross join severity_rules

),

capped as (

    select
        *,
        case
            when uncapped_rank > 1 and is_warm_up = 1 then 'warm_up'
            when uncapped_rank > 1 and is_unfavourable = 0 then 'favourable'
            when uncapped_rank > 2 and is_default = 0 then 'cold_start'
        end as capped_by
    from graded

),

final as (

    select
        -- ids
        metric_date,
        entity_type,
        shop_no,
        metric_name,

        -- strings
        dimension,
        peer_group,
        baseline_method as method_used,
        {% for rank, name in {
            'uncapped_rank': 'uncapped_severity',
            "case when capped_by in ('warm_up', 'favourable') then 1 when capped_by = 'cold_start' then 2"
            ~ " else uncapped_rank end": 'severity',
        }.items() -%}
        {{ as_string(
            "case " ~ rank ~ " when 3 then 'CRITICAL' when 2 then 'WARNING' when 1 then 'INFO' end", 8
        ) }} as {{ name }},
        {% endfor -%}
        {{ as_string('capped_by', 16) }} as capped_by,
        not_evaluable_reason,
        scale_transform,

        -- numerics
        store_day_number,
        metric_value,
        center,
        z_score,
        z_calibrated,
        {{ as_integer('rule_count') }} as rule_count,

        -- booleans
        {% for rule in range(1, 6) -%}
        {{ as_integer('we_rule_' ~ rule) }} as we_rule_{{ rule }},
        {% endfor -%}
        is_default,
        is_evaluable,
        is_unfavourable,
        is_warm_up,
        can_page
    from capped

)

select * from final
