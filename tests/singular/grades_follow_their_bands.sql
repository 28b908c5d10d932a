-- A grade is the highest band of its method that the score reaches.

select
    scores.metric_date,
    scores.shop_no,
    scores.score_method,
    scores.health_score,
    scores.grade,
    reached.grade as reached_grade
from {{ audited_rows(ref('store_health_scores'), 'metric_date') }} as scores
left join (
    select
        score_method,
        grade,
        min_score,
        lead(min_score) over (partition by score_method order by min_score) as next_min_score
    from {{ ref('store_grades') }}
) as reached
    on
        reached.score_method = scores.score_method
        and reached.grade = scores.grade
where
    scores.health_score is not null
    and (
        reached.grade is null
        or scores.health_score < reached.min_score
        or scores.health_score >= reached.next_min_score
    )
