{% macro shaping_variables() -%}
    {#- Variables that shape numbers: another value of one rebuilds everything. Not among them are the
        as-of date, which only moves the end, and what tests alone read. -#}
    {{ return([
        'default_time_zone', 'macros_digest',
        'prediction_cutoff_hour', 'tracking_signal_sigmas',
        'late_after_minutes', 'item_days_before_order', 'item_days_after_order',
        'rolling_days', 'same_dow_weeks', 'center_first_week', 'center_last_week',
        'sigma_first_day', 'sigma_last_day', 'peer_from_day', 'peer_min_stores',
        'store_warmup_days',
        'spc_gap_days', 'cusum_memory', 'ewma_lambda', 'ewma_limit',
        'alert_quiet_days', 'alert_level_days', 'alert_review_days', 'alert_recovery_pct',
        'percentile_days', 'trend_days', 'trend_min_points',
        'cannibalization_days', 'cannibalization_min_days', 'cannibalization_correlation',
    ]) }}
{%- endmacro %}
