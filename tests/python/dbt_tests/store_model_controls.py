"""Ways to spoil the seeds and the intermediate models of the store half, and what must notice each.

They run on the random store case, like those of the store marts.
"""

from __future__ import annotations

from tests.python.dbt_tests.controls import Control
from tests.python.dbt_tests.store_controls import change

# What the controls run: the tests whose every table is among these.
SELECTED = (
    "intermediate.store",
    "stg_opshop__sites",
    "holidays",
    "status_codes",
    "store_alert_overrides",
    "store_alert_rules",
    "store_dimensions",
    "store_grades",
    "store_health_curves",
    "store_incidents",
    "store_kpi_baselines",
    "store_kpis",
    "store_percentile_weights",
    "store_reference_periods",
    "store_severity_rules",
)

# What the case already holds.
KNOWN_WARNINGS = ("stores_without_opening_date",)

DAY = "metric_date, shop_no"
SERIES = "metric_date, entity_type, shop_no, metric_name"
DAYS = (
    Control(
        "a holiday without a name",
        change("int_store__days", "holiday_name = null", "is_holiday = 1", DAY),
        ("holidays_and_incidents_are_named",),
    ),
    Control(
        "a feed read on the day itself",
        change("int_store__feed_days", "read_on = metric_date", "feed = 'trades'", "metric_date"),
        ("feeds_are_read_after_the_day",),
    ),
    Control(
        "a busiest hour with more orders than the day",
        change("int_store__order_days", "peak_hour_order_count = order_count + 1", "true", DAY, 9),
        ("order_counts_are_parts_of_their_whole",),
    ),
    Control(
        "more tasks failed than finished",
        change("int_store__qc_days", "n_failed_tasks = n_finished_tasks + 1", "true", DAY, 19),
        ("qc_task_counts_are_parts_of_their_whole",),
    ),
    Control(
        "more shifts late than attended",
        change("int_store__shift_days", "n_late_shifts = n_attended_shifts + 1", "true", DAY, 29),
        ("shift_counts_are_parts_of_their_whole",),
    ),
    Control(
        "a loaded day whose orders nobody knows",
        change("int_store__daily_kpis", "order_count = null", "order_count > 0", DAY, 39),
        ("orders_are_known_when_trades_are_loaded",),
    ),
)

JUDGEMENTS = (
    Control(
        "an open day without its value",
        change("int_store__kpi_values", "plain_value = null", "blocked_reason is null", DAY),
        ("blocked_days_hold_no_value",),
    ),
    Control(
        "a value and a weekday mean without their deviation",
        change("int_store__deviations", "deviation = null", "deviation is not null", DAY),
        ("deviations_need_a_value_and_a_weekday_mean",),
    ),
    Control(
        "a middle below the one before it",
        change(
            "int_store__peer_medians",
            "middle_1 = middle_0 - 1",
            "n_members > 3",
            "metric_date, peer_group, metric_name",
        ),
        ("middles_surround_their_median",),
    ),
    Control(
        "a peer group that has peers",
        change(
            "int_store__residuals",
            "peer_term = 0",
            "entity_type = 'peer_group' and deviation is null",
            SERIES,
        ),
        ("peer_terms_are_taken_out_of_deviations",),
    ),
    Control(
        "a judged point without a z",
        change("int_store__baselines", "z_calibrated = null", "is_evaluable = 1", SERIES),
        ("evaluable_baselines_have_limits_and_a_value",),
    ),
    Control(
        "limits without any width",
        change("int_store__baselines", "sigma = 0", "has_limits = 1", SERIES, 9),
        ("baselines_with_limits_have_a_center_and_a_sigma",),
    ),
    Control(
        "a rule counted that has not fired",
        change(
            "int_store__rules",
            "rule_count = 1",
            "we_rule_1 + we_rule_2 + we_rule_3 + we_rule_4 + we_rule_5 = 0",
            SERIES,
        ),
        ("counted_rules_have_been_completed",),
    ),
    Control(
        "a cap that nobody set",
        change("int_store__judged_days", "capped_by = null", "capped_by = 'favourable'", SERIES),
        ("severities_are_lowered_by_caps_alone",),
    ),
    Control(
        "more weight settled than known",
        change(
            "int_store__weighted_scores",
            "weight_settled_pct = weight_covered_pct + 1",
            "weight_covered_pct between 10 and 90",
            DAY,
        ),
        ("settled_weight_is_part_of_the_known_weight",),
    ),
)

SIGNAL = "metric_date, shop_no, dimension, metric_name, rule_id"
EVERY_SIGNAL = "store_alert_days_hold_every_signal"
ALERTS = (
    Control(
        "a signal of a store in the family of groups",
        change("int_store__alert_signals", "family = 'peer_group'", "family = 'kpi'", SIGNAL),
        ("signals_fit_their_entity", EVERY_SIGNAL),
    ),
    Control(
        "a signal on a day that is called quiet",
        change(
            "int_store__alert_days",
            "is_active = 0, severity = null, rule_id = null, driver_metric_name = null",
            "family = 'health' and is_active = 1",
            DAY,
        ),
        (EVERY_SIGNAL,),
    ),
    Control(
        "an active day without a driver",
        change(
            "int_store__alert_days",
            "driver_metric_name = null",
            "family = 'health' and is_active = 1",
            DAY,
            1,
        ),
        ("active_days_say_why",),
    ),
    Control(
        "an episode that is critical before it opens",
        change(
            "int_store__alert_episodes",
            "critical_on = opened_on - 1",
            "severity = 'CRITICAL'",
            "opened_on, shop_no",
        ),
        ("store_episode_days_are_in_order",),
    ),
)

SEEDS = (
    Control(
        "an incident that ends before it begins",
        change("store_incidents", "last_date = first_date - 1", "true", "first_date"),
        ("store_incidents_end_after_they_begin",),
    ),
    Control(
        "a task with the status of an order",
        "update status_codes set role = 'valid' where feed = 'qc_tasks' and role = 'open'",
        ("status_codes_have_a_role_of_their_feed",),
    ),
    Control(
        "nothing that can expire",
        "delete from status_codes where role = 'expired'",
        ("holds_every_status_codes_role_",),
    ),
    Control(
        "a charted KPI without a method",
        "update store_kpis set default_method = null where metric_name = 'aov'",
        ("store_kpis_have_a_method_when_charted",),
    ),
    Control(
        "a KPI that nobody computes",
        "insert into store_kpis select * replace ('mood' as metric_name) from store_kpis"
        " where is_charted = 0",
        (
            "store_kpis_are_the_computed_ones",
            "store_kpis_that_are_not_charted_have_a_curve",
            "sums_to_store_kpis_weight_",
        ),
    ),
    Control(
        "a weekday mean that needs no weekdays",
        "update store_kpi_baselines set min_center_points = null"
        " where metric_name = 'aov' and baseline_method = 'dow_adjusted'",
        ("store_kpi_baselines_count_weekdays_for_dow_adjusted",),
    ),
    Control(
        "a KPI without one of its methods",
        "delete from store_kpi_baselines"
        " where metric_name = 'aov' and baseline_method = 'reference'",
        ("holds_every_store_kpi_baselines_baseline_method_",),
    ),
    Control(
        "a period twice, a day apart",
        "insert into store_reference_periods select * replace (first_date + 1 as first_date)"
        " from store_reference_periods where shop_no = 'US00002'",
        ("no_overlap_store_reference_periods_",),
    ),
    Control(
        "a curve that falls",
        "update store_health_curves set score = 45 where curve = 'z' and x = -2",
        ("increasing_store_health_curves_score_",),
    ),
    Control(
        "a curve of one point",
        "delete from store_health_curves where curve = 'days_since_qc_fail' and x > 0",
        ("enough_rows_store_health_curves_",),
    ),
    Control(
        "a day without orders as a KPI",
        "update store_alert_rules set family = 'kpi' where rule_id = 'no_activity'",
        ("store_alert_rules_belong_to_their_family",),
    ),
    Control(
        "as many rules as nobody says",
        "update store_alert_rules set threshold = null where rule_id = 'two_rules'",
        ("store_alert_rules_have_the_thresholds_they_read",),
    ),
    Control(
        "a flag that asks for known weight",
        "update store_alert_rules set min_weight_pct = 50 where rule_id = 'critical_flag'",
        ("store_alert_rules_of_health_alone_ask_for_known_weight",),
    ),
    Control(
        "a sum that waits for three days",
        "update store_alert_rules set min_days = 3, within_days = 3"
        " where rule_id = 'warning_cusum'",
        ("store_alert_rules_wait_only_where_they_can",),
    ),
    Control(
        "an override of nothing",
        "update store_alert_overrides set critical_h = null"
        " where shop_no = 'US00009' and metric_name = 'revenue'",
        ("store_alert_overrides_change_something",),
    ),
)

CONTROLS = (*DAYS, *JUDGEMENTS, *ALERTS, *SEEDS)

# Beginnings of the names of every test that a control proves.
PROVEN = tuple(name for control in CONTROLS for name in control.noticed_by)
