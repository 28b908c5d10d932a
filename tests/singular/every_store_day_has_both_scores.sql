-- Every store and date has one score of each method, and only dates that the store has.

select
    days.metric_date,
    days.shop_no,
    sum(days.n_expected) as n_expected,
    sum(days.n_found) as n_found
from (
    select
        metric_date,
        shop_no,
        (select count(distinct score_method) from {{ ref('store_grades') }}) as n_expected,
        0 as n_found
    from {{ audited_rows(ref('store_daily_metrics'), 'metric_date') }} as metrics

    union all

    select
        metric_date,
        shop_no,
        0 as n_expected,
        count(*) as n_found
    from {{ audited_rows(ref('store_health_scores'), 'metric_date') }} as scores
    group by metric_date, shop_no
) as days
group by days.metric_date, days.shop_no
having sum(days.n_expected) <> sum(days.n_found)
