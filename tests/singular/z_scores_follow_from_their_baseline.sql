-- A z score is the distance of the value from the centre line in sigmas, on the scale of the
-- method. Where a square root was clamped at 0 the distance is lost.

select limits.*
from (
    select
        audited.*,
        case when audited.baseline_method = 'dow_adjusted' then kpis.transform else 'identity' end
            as scale_transform
    from {{ audited_rows(ref('store_spc_control_limits'), 'calc_date') }} as audited
    inner join {{ ref('store_kpis') }} as kpis
        on kpis.metric_name = audited.metric_name
    where audited.is_evaluable = 1
) as limits
where
    (limits.scale_transform <> 'sqrt' or (limits.metric_value > 0 and limits.center_line > 0))
    and {{ differs(
        transformed('limits.metric_value', 'limits.scale_transform') ~ ' - '
        ~ transformed('limits.center_line', 'limits.scale_transform'),
        'limits.z_score * limits.sigma'
    ) }}
