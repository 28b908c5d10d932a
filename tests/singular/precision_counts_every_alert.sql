-- Every rule has its row, and the rules together have every alert and every verdict.

select counted.*
from (
    select
        (select count(*) from {{ ref('store_alert_rules') }}) as n_rules,
        (select count(*) from {{ ref('store_alerts') }}) as n_alerts,
        (select count(verdict) from {{ ref('store_alerts') }}) as n_verdicts,
        count(*) as n_rows,
        coalesce(sum(n_alerts), 0) as n_counted,
        coalesce(sum(n_true_positives + n_false_positives), 0) as n_judged
    from {{ ref('store_alert_precision') }}
) as counted
where
    counted.n_rows <> counted.n_rules
    or counted.n_counted <> counted.n_alerts
    or counted.n_judged <> counted.n_verdicts
