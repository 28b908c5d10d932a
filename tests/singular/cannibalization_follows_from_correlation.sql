-- A pair is a candidate exactly when its residuals move against each other and the older store
-- lost; a correlation needs enough common days, and there are no more than were watched.

select *
from {{ ref('store_cannibalization_candidates') }}
where
    is_candidate <> case
        when
            correlation <= {{ var('cannibalization_correlation') }}
            and mean_residual < 0
            then 1
        else 0
    end
    or (n_days < {{ var('cannibalization_min_days') }} and correlation is not null)
    or n_days > {{ var('cannibalization_days') }}
