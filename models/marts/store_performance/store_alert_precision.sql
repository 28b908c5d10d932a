{{ config(materialized='table', primary_key=['rule_id']) }}

with

alerts as (

    select * from {{ ref('store_alerts') }}

),

rules as (

    select * from {{ ref('store_alert_rules') }}

),

counted as (

    select
        rules.rule_id,
        count(alerts.alert_id) as n_alerts,
        sum(case when alerts.verdict = 'true_positive' then 1 else 0 end) as n_true_positives,
        sum(case when alerts.verdict = 'false_positive' then 1 else 0 end) as n_false_positives
    from rules
    left join alerts
        on alerts.rule_id = rules.rule_id
    group by rules.rule_id

),

final as (

    select
        -- ids
        rule_id,

        -- numerics
        {{ as_integer('n_alerts') }} as n_alerts,
        {{ as_integer('n_true_positives') }} as n_true_positives,
        {{ as_integer('n_false_positives') }} as n_false_positives,
        100 * {{ ratio('n_false_positives', 'n_true_positives + n_false_positives') }}
            as false_positive_pct
    from counted

)

select * from final
