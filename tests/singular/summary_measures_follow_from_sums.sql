-- Measures that are quotients of published columns are those quotients, and the flags agree with
-- them.

select
    period_type,
    period_end,
    dimension_type,
    dimension_value,
    wmape_pct,
    bias_pct,
    mfe,
    mad,
    tracking_signal,
    tracking_signal_limit,
    is_tracking_signal_breached,
    is_tracking_signal_beyond_4,
    coverage_pct,
    actual_coverage_pct
from {{ audited_rows(ref('forecast_accuracy_summary'), 'period_end') }} as summary
where
    {{ differs('wmape_pct', '100 * ' ~ ratio('total_abs_error', 'actual_qty')) }}
    or {{ differs('bias_pct', '100 * ' ~ ratio('total_error', 'actual_qty')) }}
    or {{ differs('mfe', ratio('total_error', 'n_matched')) }}
    or {{ differs('mad', ratio('total_abs_error', 'n_matched')) }}
    or {{ differs('coverage_pct', '100 * ' ~ ratio('n_matched', 'n_predictions')) }}
    or {{ differs('actual_coverage_pct', '100 * ' ~ ratio('n_matched', 'n_actuals')) }}
    or {{ differs(
        'tracking_signal',
        ratio('n_matched', '1') ~ ' * ' ~ ratio('total_error', 'total_abs_error')
    ) }}
    or {{ differs(
        'tracking_signal_limit',
        var('tracking_signal_sigmas') ~ ' * sqrt(' ~ as_double('n_matched') ~ ')'
    ) }}
    or coalesce(is_tracking_signal_breached, -1) <> case
        when tracking_signal is null then -1
        when abs(tracking_signal) > tracking_signal_limit then 1
        else 0
    end
    or coalesce(is_tracking_signal_beyond_4, -1) <> case
        when tracking_signal is null then -1
        when abs(total_error) * n_matched > 4 * total_abs_error
            then 1
        else 0
    end
    -- What is averaged with its sign cannot exceed what is averaged without, nor that its root mean
    -- square.
    or abs(mfe) > mad * (1 + 1e-9)
    or mad > rmse * (1 + 1e-9)
    or n_matched > n_predictions
    or n_matched > n_actuals
    or n_positive_actual > n_matched
    or predicted_qty - actual_qty <> total_error
    or total_abs_error < abs(total_error)
