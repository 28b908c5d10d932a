-- A value lies beyond the limit of q sigmas exactly when its calibrated z does: rules and charts
-- tell the same story.

select *
from {{ audited_rows(ref('store_spc_control_limits'), 'calc_date') }} as limits
where
    is_evaluable = 1
    and (
        {%- for name, multiple in {'3': 3, '2': 2, '1_5': 1.5, '1': 1}.items() %}
        {{ 'or ' if not loop.first }}(
            z_calibrated > {{ multiple }} + 1e-6
            and metric_value < ucl_{{ name }}
        )
        or (z_calibrated < {{ multiple }} - 1e-6 and metric_value > ucl_{{ name }})
        or (z_calibrated < -{{ multiple }} - 1e-6 and metric_value > lcl_{{ name }})
        or (z_calibrated > -{{ multiple }} + 1e-6 and metric_value < lcl_{{ name }})
        {%- endfor %}
    )
