"""Ways to spoil the store marts, and the dbt tests that must notice each.

They run on the random store case alone, whose stories hold every kind of flag, alert and score.
"""

from __future__ import annotations

from tests.python.dbt_tests.controls import Control, nth

# What the controls run: the tests of the store marts and of what is set aside, and those that look
# at the tables before the marts.
SELECTED = (
    "marts.store_performance",
    "int_audit__store_set_asides",
    "members_are_new_once",
    "new_customers_add_up_to_members",
    "store_quantities_match_staged_rows",
    "stores_without_opening_date",
)

# What the case already holds: tests of the data that warn, each of which it proves.
KNOWN_STORE_WARNINGS = (
    "expired_batches_without_an_expiry",
    "items_far_from_their_order",
    "production_orders_without_a_duration",
    "shifts_without_hours",
    "store_rows_with_unknown_status",
    "stores_without_opening_date",
)


def change(table: str, what: str, condition: str, key: str, place: int = 0) -> str:
    """Return an update of one row: the one at a place among those that meet a condition."""
    return f"update {table} set {what} where {nth(table, condition, place, key)}"


def metrics(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_daily_metrics."""
    return change("store_daily_metrics", what, condition, "metric_date, shop_no", place)


def limits(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_spc_control_limits."""
    key = "calc_date, shop_no, metric_name, baseline_method"
    return change("store_spc_control_limits", what, condition, key, place)


def flag(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_anomaly_flags."""
    key = "metric_date, shop_no, metric_name"
    return change("store_anomaly_flags", what, condition, key, place)


def shift(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_sustained_shifts."""
    key = "metric_date, shop_no, metric_name"
    return change("store_sustained_shifts", what, condition, key, place)


def alert(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_alerts."""
    key = "opened_on, family, shop_no, dimension"
    return change("store_alerts", what, condition, key, place)


def score(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_health_scores."""
    key = "metric_date, shop_no, score_method"
    return change("store_health_scores", what, condition, key, place)


def peer(what: str, condition: str, place: int = 0) -> str:
    """Return a change of one row of store_peer_comparison."""
    key = "week_start, metric_name, shop_no"
    return change("store_peer_comparison", what, condition, key, place)


BUSY = "order_count > 5 and unique_customers > 0 and missing_sources is null and aov is not null"
BASELINES = "every_store_day_has_its_baselines"
SCORES = "every_store_day_has_both_scores"
METRICS = (
    Control(
        "revenue that nobody paid",
        metrics("revenue = revenue + 1", BUSY, 20),
        ("store_revenue_matches_staged_trades", "store_ratios_follow_from_their_parts"),
    ),
    Control(
        "a quiet day that is not called one",
        metrics("is_no_activity = 0", "is_no_activity = 1"),
        ("no_activity_is_a_loaded_open_day_without_orders",),
    ),
    Control(
        "more customers than orders",
        metrics("unique_customers = order_count + 1", BUSY, 30),
        ("customers_do_not_outnumber_orders",),
    ),
    Control(
        "late arrivals of shifts that were not loaded",
        metrics("late_arrival_count = 0", "missing_sources = 'attendance'"),
        ("store_kpis_need_their_feeds",),
    ),
    Control(
        "a day of a store that is missing",
        "delete from store_daily_metrics where "
        + nth("store_daily_metrics", BUSY, 900, "metric_date, shop_no"),
        (
            "store_days_are_gapless",
            "no_missing_dates_store_daily_metrics_",
            BASELINES,
            SCORES,
        ),
    ),
    Control(
        "a group of stores that nobody listed",
        metrics("peer_group = 'nonsense'", BUSY, 40),
        ("refers_to_store_daily_metrics_none__peer_group_",),
    ),
    Control(
        "more shifts attended than planned",
        metrics("attendance_pct = 101", BUSY, 50),
        ("accepted_range_store_daily_metrics_attendance_pct_",),
    ),
    Control(
        "a holiday and a half",
        metrics("is_holiday = 2", BUSY, 60),
        ("one_of_store_daily_metrics_is_holiday_",),
    ),
    Control(
        "a store without its department",
        metrics("dept_id = null", BUSY, 70),
        ("no_nulls_store_daily_metrics_", "refers_to_store_daily_metrics_dept_id_"),
    ),
)

PIECES = (
    Control(
        "a task set aside that nobody gave",
        "update int_audit__store_set_asides set n_rows = n_rows + 1 where "
        + nth("int_audit__store_set_asides", "feed = 'qc_tasks'", 0, "row_date"),
        ("store_rows_are_counted_or_set_aside",),
    ),
    Control(
        "a reason of another feed",
        "insert into int_audit__store_set_asides (row_date, feed, disposition, n_rows)"
        " values ('2025-11-11', 'attendance', 'unfinished', 1)",
        ("set_aside_reasons_fit_their_feed",),
    ),
    Control(
        "no rows at all, for a reason",
        "insert into int_audit__store_set_asides (row_date, feed, disposition, n_rows)"
        " values ('2026-03-31', 'trade_items', 'far_from_order', 0)",
        ("accepted_range_int_audit__store_set_asides_n_rows_",),
    ),
    Control(
        "an hour that nobody worked",
        "update int_store__shift_days set worked_seconds = worked_seconds + 3600 where "
        + nth("int_store__shift_days", "n_shifts > 1", 10, "metric_date, shop_no"),
        ("store_quantities_match_staged_rows",),
    ),
    Control(
        "a member who is new a day too late",
        "update int_store__member_first_orders set first_order_date = first_order_date + 1 where "
        + nth("int_store__member_first_orders", "true", 100, "first_order_date, member_no"),
        ("members_are_new_once", "new_customers_add_up_to_members"),
    ),
)

# No flag and no shift stands on the reference method, so that what is wrong there stays there.
REFERENCE = "baseline_method = 'reference' and is_evaluable = 1"
LIMITS = (
    Control(
        "a judged point with a reason not to be",
        limits("not_evaluable_reason = 'holiday'", REFERENCE, 0),
        ("a_point_is_evaluable_or_says_why_not",),
    ),
    Control(
        "a judged point without a sigma",
        limits("sigma = null", REFERENCE, 20),
        ("evaluable_points_have_a_baseline", "z_scores_follow_from_their_baseline"),
    ),
    Control(
        "a wider limit inside a narrower one",
        limits("ucl_3 = (ucl_2 + ucl_1_5) / 2", f"{REFERENCE} and abs(z_calibrated) < 1", 40),
        ("limits_enclose_their_centre",),
    ),
    Control(
        "a calibrated z on the other side",
        limits("z_calibrated = -z_calibrated", f"{REFERENCE} and z_score between 0.2 and 0.9", 10),
        ("z_has_the_side_of_its_deviation",),
    ),
    Control(
        "a calibrated z that is farther than z",
        limits("z_calibrated = 1.5 * z_score", f"{REFERENCE} and z_score between 0.2 and 0.6", 60),
        ("calibrated_z_is_never_farther",),
    ),
    Control(
        "a z that is twice the deviation",
        limits("z_score = 2 * z_score", f"{REFERENCE} and z_score between 0.3 and 0.9", 90),
        ("z_scores_follow_from_their_baseline",),
    ),
    Control(
        "a point beyond its limit with a small z",
        limits("z_calibrated = 0.5", f"{REFERENCE} and z_calibrated > 2.1", 5),
        ("points_beyond_a_limit_have_that_z",),
    ),
    Control(
        "weekdays in a method that has none",
        limits("center_n = 3", REFERENCE, 120),
        ("only_store_weekdays_have_a_center_n",),
    ),
    Control(
        "a group judged by another method",
        limits(
            "baseline_method = 'reference'",
            "entity_type = 'peer_group' and not_evaluable_reason = 'too_few_points'",
        ),
        ("peer_groups_have_one_method",),
    ),
    Control(
        "a group that nobody listed",
        limits(
            "shop_no = 'nowhere'",
            "entity_type = 'peer_group' and not_evaluable_reason = 'too_few_points'",
            50,
        ),
        ("peer_groups_of_control_limits_are_known",),
    ),
    Control(
        "a KPI that nobody listed",
        limits("metric_name = 'nonsense'", REFERENCE, 150),
        ("refers_to_store_spc_control_limits_metric_name_",),
    ),
)

SETTLED = (
    "method_used = 'dow_adjusted' and capped_by is null and is_unfavourable = 1"
    " and z_calibrated is not null"
)
FLAGS_MATCH = "flags_match_their_baselines"
FLAGS = (
    Control(
        "a warning shown as information",
        flag("severity = 'INFO'", f"{SETTLED} and severity = 'WARNING'", 0),
        ("capped_flags_are_lowered_and_others_are_not",),
    ),
    Control(
        "a cap that lowers too far",
        flag("severity = 'INFO'", "capped_by = 'cold_start'"),
        ("caps_reach_their_level",),
    ),
    Control(
        "good news as a warning",
        flag("is_unfavourable = 0", f"{SETTLED} and severity = 'WARNING'", 10),
        ("favourable_flags_stay_at_info",),
    ),
    Control(
        "a z without variance",
        flag("z_score = 1", "not_evaluable_reason = 'zero_variance'"),
        ("flags_without_variance_have_no_z", FLAGS_MATCH),
    ),
    Control(
        "a rule counted that has not fired",
        flag(
            "rule_count = we_rule_1 + we_rule_2 + we_rule_3 + we_rule_4 + we_rule_5 + 1",
            f"{SETTLED} and severity = 'CRITICAL' and rule_count < 3",
        ),
        ("rules_that_count_have_fired",),
    ),
    Control(
        "the first rule at a small z",
        flag("we_rule_1 = 1", f"{SETTLED} and severity = 'INFO'", 20),
        ("the_first_rule_is_beyond_3",),
    ),
    Control(
        "a value that no baseline judged",
        flag("metric_value = metric_value + 1", f"{SETTLED} and severity = 'INFO'", 30),
        (FLAGS_MATCH,),
    ),
    Control(
        "a point beyond the first bound without a flag",
        "delete from store_anomaly_flags where "
        + nth(
            "store_anomaly_flags",
            f"{SETTLED} and severity = 'INFO' and metric_name = 'revenue'"
            " and abs(z_calibrated) > 1.6",
            0,
            "metric_date, shop_no",
        ),
        ("points_beyond_are_flagged",),
    ),
    Control(
        "a stand-in where the default method can judge",
        flag(
            "method_used = 'rolling_28d'",
            f"{SETTLED} and severity = 'INFO' and abs(z_calibrated) > 1.6",
            40,
        ),
        ("stand_in_methods_stand_in", FLAGS_MATCH, "points_beyond_are_flagged"),
    ),
    Control(
        "a severity that no rule reaches",
        flag(
            "severity = 'CRITICAL', uncapped_severity = 'CRITICAL'",
            f"{SETTLED} and severity = 'INFO'",
            50,
        ),
        ("flag_severities_follow_their_rules",),
    ),
    Control(
        "a warning of a store in its first days",
        flag(
            "severity = 'WARNING', capped_by = 'cold_start'",
            "capped_by = 'warm_up' and uncapped_severity = 'CRITICAL' and is_unfavourable = 1",
        ),
        ("warm_up_flags_stay_at_info",),
    ),
)

SHIFTS = (
    Control(
        "a signal below its bound",
        shift("warning_signal = 1", "warning_signal = 0", 0),
        ("cusum_signals_follow_from_sums",),
    ),
    Control(
        "a signal inside the limits",
        shift("ewma_signal = -1", "ewma_signal = 0", 20),
        ("ewma_signals_follow_from_averages",),
    ),
    Control(
        "a judged point that no sum holds",
        "delete from store_sustained_shifts where "
        + nth("store_sustained_shifts", "true", 40, "metric_date, shop_no, metric_name"),
        ("shifts_hold_every_evaluable_point",),
    ),
    Control(
        "a sum below zero",
        shift("critical_cusum_low = -1", "critical_signal = 0", 60),
        ("accepted_range_store_sustained_shifts_critical_cusum_low_",),
    ),
)

ADD_UP = "store_alert_days_add_up"
HELD = "store_alerts_hold_every_active_day"
PRECISION = "precision_counts_every_alert"
# The longest alert: three days in its middle fall quiet, and its days are counted again.
LONGEST = nth("store_alerts", "severity = 'CRITICAL'", 0, "n_active_days desc, alert_id")
ALERTS = (
    Control(
        "a pause that is too long for one alert",
        "update int_store__alert_days set is_active = 0 from ("
        f"select * from store_alerts where {LONGEST}) as longest"
        " where int_store__alert_days.family = longest.family"
        " and int_store__alert_days.entity_type = longest.entity_type"
        " and int_store__alert_days.shop_no = longest.shop_no"
        " and int_store__alert_days.dimension = longest.dimension"
        " and int_store__alert_days.metric_date between longest.critical_on + 10"
        " and longest.critical_on + 14;"
        " update store_alerts set n_active_days = ("
        "select count(*) from int_store__alert_days as days"
        " where days.is_active = 1 and days.family = store_alerts.family"
        " and days.entity_type = store_alerts.entity_type and days.shop_no = store_alerts.shop_no"
        " and days.dimension = store_alerts.dimension"
        " and days.metric_date between store_alerts.opened_on and store_alerts.last_seen_on)",
        ("store_alerts_bridge_short_pauses",),
    ),
    Control(
        "a day miscounted",
        alert("n_active_days = n_active_days + 1", "family = 'health'"),
        (ADD_UP,),
    ),
    Control(
        "an alert closed before it opened",
        alert("closed_on = opened_on - 1", "status = 'closed' and dimension = 'operations'"),
        ("store_alert_days_are_in_order", "store_alerts_close_when_quiet"),
    ),
    Control(
        "a critical alert that does not say since when",
        alert("critical_on = null", "severity = 'CRITICAL' and dimension = 'operations'", 1),
        ("critical_alerts_say_since_when", ADD_UP),
    ),
    Control(
        "an alert that is closed and open",
        alert("status = 'open'", "status = 'closed' and dimension = 'quality'"),
        ("store_alert_status_follows_from_its_dates",),
    ),
    Control(
        "a day without orders that blames the revenue",
        alert("driver_metric_name = 'revenue'", "family = 'no_activity'"),
        ("store_alert_families_fit_their_entity",),
    ),
    Control(
        "an alert about shifts that says what moved the revenue",
        alert("moved_by = 'aov'", "family = 'kpi' and dimension = 'staffing'"),
        ("only_revenue_alerts_say_what_moved",),
    ),
    Control(
        "an alert snoozed by nobody",
        alert("snoozed_until = opened_on", "status = 'closed' and dimension = 'quality'", 1),
        ("people_who_judged_an_alert_have_seen_it",),
    ),
    Control(
        "an alert twice, under another key",
        "insert into store_alerts select * replace ('twice' as alert_id) from store_alerts where "
        + nth("store_alerts", "dimension = 'customer'", 0, "opened_on, shop_no"),
        (
            "one_store_alert_per_family_entity_dimension_and_first_day",
            "store_alerts_do_not_overlap",
            HELD,
            PRECISION,
        ),
    ),
    Control(
        "a rule of another severity",
        alert("rule_id = 'warning_cusum'", "rule_id = 'critical_cusum'", 2),
        ("store_alerts_follow_their_rules",),
    ),
    Control(
        "a new level taken for recovery",
        alert("close_reason = 'recovered'", "close_reason = 'new_level'"),
        ("close_reasons_follow_from_levels",),
    ),
    Control(
        "more alerts proved true than there were",
        "update store_alert_precision set n_true_positives = n_alerts + 1"
        " where rule_id = 'critical_cusum'",
        (
            "judged_alerts_are_a_part_of_all",
            "false_positive_share_is_of_judged_alerts",
            PRECISION,
        ),
    ),
)

WEIGHTED = (
    "score_method = 'weighted_z' and health_score between 60 and 90 and revenue_contribution > 0"
)
HEALTH_AND_PEERS = (
    Control(
        "a point from nowhere",
        score("revenue_contribution = revenue_contribution + 1", WEIGHTED, 0),
        ("contributions_add_up_to_the_score",),
    ),
    Control(
        "a score of nothing",
        score("weight_covered_pct = 0", WEIGHTED, 20),
        ("a_score_is_known_when_some_weight_is",),
    ),
    Control(
        "a percentile in the other method",
        score("trend_percentile = 50", WEIGHTED, 40),
        ("only_percentile_scores_have_percentiles",),
    ),
    Control(
        "a score that is missing",
        "delete from store_health_scores where "
        + nth("store_health_scores", WEIGHTED, 60, "metric_date, shop_no"),
        (SCORES,),
    ),
    Control(
        "a grade below its score",
        score("grade = 'F'", WEIGHTED, 80),
        ("grades_follow_their_bands",),
    ),
    Control(
        "a first store that is second",
        peer("peer_rank = 2", "peer_rank = 1 and n_stores > 3", 0),
        ("peer_ranks_follow_from_values",),
    ),
    Control(
        "a distance from another median",
        peer("distance_from_median = distance_from_median + 1000", "n_stores > 3", 40),
        ("peer_medians_halve_their_group",),
    ),
    Control(
        "a week that has ended and goes on",
        peer("is_complete = 0", "is_complete = 1", 80),
        ("peer_weeks_are_calendar_weeks",),
    ),
    Control(
        "a store that competes with itself",
        "update store_cannibalization_candidates set affected_shop_no = opened_shop_no where "
        + nth("store_cannibalization_candidates", "true", 0, "opened_shop_no, affected_shop_no"),
        ("a_pair_is_two_stores",),
    ),
    Control(
        "a candidate without a correlation",
        "update store_cannibalization_candidates set is_candidate = 1 where "
        + nth("store_cannibalization_candidates", "correlation is null", 1, "opened_shop_no"),
        ("cannibalization_follows_from_correlation",),
    ),
)

STORE_GROUPS = {
    "metrics_limits_and_flags": (*METRICS, *PIECES, *LIMITS, *FLAGS),
    "shifts_alerts_health_and_peers": (*SHIFTS, *ALERTS, *HEALTH_AND_PEERS),
}

# Beginnings of the names of every test that a control or the case proves.
PROVEN = (
    *KNOWN_STORE_WARNINGS,
    *(name for group in STORE_GROUPS.values() for control in group for name in control.noticed_by),
)
