"""Rows that the seeds of the store half must not hold, and what each makes dbt say.

The cases of a group are built together, since none hides what another makes fail.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Malformed:
    """A change of a seed file.

    Attributes:
        seed: the seed.
        old, new: the text that is replaced, which stands in the file once.
        said: what dbt must say of it. Of a row that a test finds it is one line, in which the name
            of the test names the seed.
        beside: further seeds to build, for tests that look at two.
    """

    seed: str
    old: str
    new: str
    said: tuple[str, ...]
    beside: tuple[str, ...] = ()


INCIDENTS = "shop_no,first_date,last_date,reason"
OVERRIDES = "shop_no,metric_name,warning_k,warning_h,critical_k,critical_h,reason"
AOV_PERIOD = "US00001,aov,2025-08-01,2025-10-31,"
STAFF_PERIOD = "US00001,staff_hours,2025-08-01,2025-10-31,"
QC_FAIL = "days_since_qc_fail,quality,days,higher_is_better,identity,0,,25,0,0.5,5"

UNKNOWN = {
    "an incident of a shop nobody lists": Malformed(
        "store_incidents",
        INCIDENTS,
        f"{INCIDENTS}\nUS00077,2025-10-03,2025-10-05,Fire",
        ("refers_to_store_incidents_shop_no", "shop_no=US00077"),
        ("stores",),
    ),
    "a period of a shop nobody lists": Malformed(
        "store_reference_periods",
        AOV_PERIOD,
        AOV_PERIOD.replace("US00001", "US00077"),
        ("refers_to_store_reference_periods_shop_no", "shop_no=US00077"),
        ("stores",),
    ),
    "a period of a KPI nobody lists": Malformed(
        "store_reference_periods",
        STAFF_PERIOD,
        STAFF_PERIOD.replace("staff_hours", "mood"),
        ("refers_to_store_reference_periods_", "metric_name=mood"),
        ("store_kpis",),
    ),
    "an override of a shop nobody lists": Malformed(
        "store_alert_overrides",
        OVERRIDES,
        f"{OVERRIDES}\nUS00077,revenue,,,1,,Noisy",
        ("refers_to_store_alert_overrides_shop_no", "shop_no=US00077"),
        ("stores",),
    ),
    "an override of a KPI nobody lists": Malformed(
        "store_alert_overrides",
        OVERRIDES,
        f"{OVERRIDES}\nUS00002,mood,,,1,,Noisy",
        ("refers_to_store_alert_overrides_", "metric_name=mood"),
        ("store_kpis",),
    ),
    "a point of a curve nobody reads": Malformed(
        "store_health_curves",
        "days_since_qc_fail,60,100",
        "mood,60,100",
        ("refers_to_store_health_curves_", "curve=mood"),
        ("store_kpis",),
    ),
    "a baseline of a KPI that is not charted": Malformed(
        "store_kpi_baselines",
        "waste_pct,reference",
        "days_since_qc_fail,reference",
        ("refers_to_store_kpi_baselines_", "metric_name=days_since_qc_fail"),
        ("store_kpis",),
    ),
    "an unknown method": Malformed(
        "store_kpi_baselines",
        "aov,rolling_28d",
        "aov,rolling_30d",
        ("one_of_store_kpi_baselines_baseline_method", "aov", "baseline_method=rolling_30d"),
    ),
    "an unknown default method": Malformed(
        "store_kpis",
        "aov,revenue,USD,higher_is_better,log,1,dow_adjusted",
        "aov,revenue,USD,higher_is_better,log,1,holt_winters",
        ("one_of_store_kpis_default_method", "aov", "default_method=holt_winters"),
    ),
    "an unknown polarity": Malformed(
        "store_kpis",
        "waste_pct,quality,%,lower_is_better",
        "waste_pct,quality,%,least_is_best",
        ("one_of_store_kpis_polarity", "waste_pct", "polarity=least_is_best"),
    ),
    "an unknown transform": Malformed(
        "store_kpis",
        "staff_hours,staffing,h,two_sided,log",
        "staff_hours,staffing,h,two_sided,ln",
        ("one_of_store_kpis_transform", "staff_hours", "transform=ln"),
    ),
    "an unknown dimension": Malformed(
        "store_kpis",
        "attendance_pct,staffing",
        "attendance_pct,people",
        ("one_of_store_kpis_dimension", "attendance_pct", "dimension=people"),
    ),
    "a dimension without a weight": Malformed(
        "store_dimensions",
        "customer,10",
        "mood,10",
        ("refers_to_store_kpis_dimension", "dimension=customer"),
        ("store_kpis",),
    ),
    "an unknown severity of flags": Malformed(
        "store_severity_rules",
        "WARNING,2,2",
        "SEVERE,2,2",
        ("one_of_store_severity_rules_severity", "severity=SEVERE"),
    ),
    "an unknown rule": Malformed(
        "store_alert_rules",
        "two_rules,9",
        "three_rules,9",
        ("one_of_store_alert_rules_rule_id", "rule_id=three_rules"),
    ),
    "an unknown severity of alerts": Malformed(
        "store_alert_rules",
        "critical_flag,8,kpi,WARNING",
        "critical_flag,8,kpi,LOUD",
        ("one_of_store_alert_rules_severity", "rule_id=critical_flag", "severity=LOUD"),
    ),
    "an unknown score method": Malformed(
        "store_grades",
        "percentile,A",
        "quantile,A",
        ("one_of_store_grades_score_method", "score_method=quantile"),
    ),
    "an unknown component": Malformed(
        "store_percentile_weights",
        "trend,15",
        "mood,15",
        ("one_of_store_percentile_weights_component", "component=mood"),
    ),
    "a role of another feed": Malformed(
        "status_codes",
        "expiry_records,2,expired",
        "expiry_records,2,failed",
        ("status_codes_have_a_role_of_their_feed", "feed=expiry_records", "role=failed"),
    ),
    "a feed nobody copies": Malformed(
        "status_codes",
        "trades,4,cancelled",
        "tips,4,cancelled",
        ("one_of_status_codes_feed", "feed=tips"),
    ),
    "a holiday twice": Malformed(
        "holidays",
        "2025-09-01,Labor Day",
        "2025-07-04,Labor Day",
        ("unique_key_holidays_holiday_date", "2025-07-04"),
    ),
    "a status twice": Malformed(
        "status_codes",
        "trades,9,valid",
        "trades,8,valid",
        ("unique_key_status_codes_feed__status", "feed=trades", "status=8"),
    ),
    "a store without any capacity": Malformed(
        "stores",
        "40.7522,-73.9877,120",
        "40.7522,-73.9877,0",
        ("accepted_range_stores_hourly_capacity", "37th & Broadway", "hourly_capacity=0"),
    ),
}

UNFIT = {
    "an incident that ends before it begins": Malformed(
        "store_incidents",
        INCIDENTS,
        f"{INCIDENTS}\nUS00001,2025-10-05,2025-10-03,Fire",
        ("store_incidents_end_after_they_begin", "US00001", "last_date=2025-10-03"),
    ),
    "a period that ends before it begins": Malformed(
        "store_reference_periods",
        AOV_PERIOD,
        "US00001,aov,2025-10-31,2025-08-01,",
        ("no_overlap_store_reference_periods", "metric_name=aov", "last_date=2025-08-01"),
    ),
    "periods that overlap": Malformed(
        "store_reference_periods",
        STAFF_PERIOD,
        f"US00001,staff_hours,2025-07-01,2025-08-01,Too early\n{STAFF_PERIOD}",
        ("no_overlap_store_reference_periods", "staff_hours", "next_first_date=2025-08-01"),
    ),
    "an override with a negative k": Malformed(
        "store_alert_overrides",
        OVERRIDES,
        f"{OVERRIDES}\nUS00001,revenue,,,-1,,Noisy",
        ("accepted_range_store_alert_overrides_critical_k", "US00001", "critical_k=-1"),
    ),
    "an override with a negative h": Malformed(
        "store_alert_overrides",
        OVERRIDES,
        f"{OVERRIDES}\nUS00001,aov,,-5,,,Noisy",
        ("accepted_range_store_alert_overrides_warning_h", "US00001", "warning_h=-5"),
    ),
    "an override of nothing": Malformed(
        "store_alert_overrides",
        OVERRIDES,
        f"{OVERRIDES}\nUS00002,aov,,,,,Noisy",
        ("store_alert_overrides_change_something", "US00002", "metric_name=aov"),
    ),
    "a negative k": Malformed(
        "store_kpis",
        "revenue,revenue,USD,higher_is_better,log,1,dow_adjusted,25,1,0.5",
        "revenue,revenue,USD,higher_is_better,log,1,dow_adjusted,25,1,-0.5",
        ("accepted_range_store_kpis_warning_k", "metric_name=revenue", "warning_k=-0.5"),
    ),
    "a negative h": Malformed(
        "store_kpis",
        "order_count,revenue,orders,higher_is_better,log,1,dow_adjusted,25,1,0.5,5,",
        "order_count,revenue,orders,higher_is_better,log,1,dow_adjusted,25,1,0.5,-5,",
        ("accepted_range_store_kpis_warning_h", "order_count", "warning_h=-5"),
    ),
    "a KPI nobody computes": Malformed(
        "store_kpis",
        "items_per_order,customer",
        "mood,customer",
        ("store_kpis_are_the_computed_ones", "metric_name=mood", "never computed"),
    ),
    "a charted KPI without baselines": Malformed(
        "store_kpis",
        QC_FAIL,
        QC_FAIL.replace("0,,25", "1,dow_adjusted,25"),
        ("store_kpis_that_are_charted_have_baselines", "metric_name=days_since_qc_fail"),
        ("store_kpi_baselines",),
    ),
    "a KPI that is charted and has no method": Malformed(
        "store_kpis",
        "hours_per_order,staffing,h/order,two_sided,log,1,dow_adjusted",
        "hours_per_order,staffing,h/order,two_sided,log,1,",
        ("store_kpis_have_a_method_when_charted", "hours_per_order", "default_method=NULL"),
    ),
    "KPI weights that do not add up": Malformed(
        "store_kpis",
        "waste_pct,quality,%,lower_is_better,identity,1,dow_adjusted,25",
        "waste_pct,quality,%,lower_is_better,identity,1,dow_adjusted,24",
        ("sums_to_store_kpis_weight", "dimension=quality", "sum_of_weight=99"),
    ),
    "dimension weights that do not add up": Malformed(
        "store_dimensions",
        "quality,15",
        "quality,16",
        ("sums_to_store_dimensions_weight", "sum_of_weight=101"),
    ),
    "percentile weights that do not add up": Malformed(
        "store_percentile_weights",
        "aov,15",
        "aov,5",
        ("sums_to_store_percentile_weights_weight", "sum_of_weight=90"),
    ),
    "a KPI without one of its baselines": Malformed(
        "store_kpi_baselines",
        "aov,dow_adjusted,14,4\n",
        "",
        ("holds_every_store_kpi_baselines", "metric_name=aov", "missing_baseline_method=dow_adj"),
    ),
    "a baseline without its weekdays": Malformed(
        "store_kpi_baselines",
        "staff_hours,dow_adjusted,14,4",
        "staff_hours,dow_adjusted,14,",
        ("store_kpi_baselines_count_weekdays_for_dow_adjusted", "metric_name=staff_hours"),
    ),
    "a WARNING beyond a CRITICAL": Malformed(
        "store_severity_rules",
        "WARNING,2,2",
        "WARNING,3.5,2",
        ("store_severity_rules_ask_for_an_ever_larger_z", "severity=WARNING", "z_beyond=3.5"),
    ),
    "a CRITICAL for as many rules as a WARNING": Malformed(
        "store_severity_rules",
        "CRITICAL,3,3",
        "CRITICAL,3,2",
        ("store_severity_rules_ask_for_ever_more_rules", "severity=WARNING", "next_min_rules=2"),
    ),
    "a rule in another family": Malformed(
        "store_alert_rules",
        "low_health,2,health",
        "low_health,2,kpi",
        ("store_alert_rules_belong_to_their_family", "rule_id=low_health", "family=kpi"),
    ),
    "a health rule without a threshold": Malformed(
        "store_alert_rules",
        "executive_health,1,health,CRITICAL,40",
        "executive_health,1,health,CRITICAL,",
        ("store_alert_rules_have_the_thresholds_they_read", "executive_health", "threshold=NULL"),
    ),
    "a known weight that nobody asks for": Malformed(
        "store_alert_rules",
        "two_rules,9,kpi,WARNING,2,1,1,",
        "two_rules,9,kpi,WARNING,2,1,1,50",
        ("store_alert_rules_of_health_alone_ask_for_known_weight", "two_rules"),
    ),
    "a rule that waits where it cannot": Malformed(
        "store_alert_rules",
        "warning_cusum,7,kpi,WARNING,,1,1",
        "warning_cusum,7,kpi,WARNING,,3,3",
        ("store_alert_rules_wait_only_where_they_can", "rule_id=warning_cusum", "min_days=3"),
    ),
    "a priority twice": Malformed(
        "store_alert_rules",
        "critical_flag,8,",
        "critical_flag,9,",
        ("store_alert_rules_have_their_own_priority", "priority=9"),
    ),
    "a curve of one point": Malformed(
        "store_health_curves",
        "days_since_qc_fail,3,60\ndays_since_qc_fail,7,75\ndays_since_qc_fail,14,85\n"
        "days_since_qc_fail,30,92\ndays_since_qc_fail,60,100\n",
        "",
        ("enough_rows_store_health_curves", "curve=days_since_qc_fail", "n_rows=1"),
    ),
    "a curve that stands still": Malformed(
        "store_health_curves",
        "z,2,100",
        "z,1,100",
        ("unique_key_store_health_curves_curve__x", "curve=z", "x=1"),
    ),
    "a curve that falls": Malformed(
        "store_health_curves",
        "z,-2,65",
        "z,-2,45",
        ("increasing_store_health_curves_score", "curve=z", "x=-3", "next_score=45"),
    ),
    "grades that leave the lowest scores out": Malformed(
        "store_grades",
        "percentile,F,0",
        "percentile,F,5",
        ("holds_every_store_grades_min_score", "score_method=percentile", "missing_min_score=0"),
    ),
    "no status that counts": Malformed(
        "status_codes",
        "expiry_records,2,expired",
        "expiry_records,2,used",
        ("holds_every_status_codes_role", "missing_role=expired"),
    ),
}

GROUPS = {"unknown": UNKNOWN, "unfit": UNFIT}
