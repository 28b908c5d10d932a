"""Ways to spoil a warehouse, and the dbt tests that must notice each.

A row is chosen by its place in the key, so that no two controls of a group touch the same row.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Control:
    """One spoiled thing.

    Attributes:
        what: says what is wrong, as a person would.
        sql: the statement that makes it wrong, on DuckDB.
        noticed_by: beginnings of the names of every test that must fail, each naming one test.
    """

    what: str
    sql: str
    noticed_by: tuple[str, ...]


def nth(table: str, condition: str, place: int, key: str) -> str:
    """Return a condition for one row: the one at a place among those that meet a condition."""
    return (
        f"rowid = (select rowid from {table} where {condition}"
        f" order by {key} limit 1 offset {place})"
    )


DAILY_KEY = "business_date, dept_id, goods_code"
SUMMARY_KEY = "period_end, dimension_value"
MATCHED = "match_status = 'matched' and predicted_qty > 0"


def daily(place: int, change: str, condition: str = MATCHED) -> str:
    """Return a change of one row of forecast_accuracy_daily."""
    row = nth("forecast_accuracy_daily", condition, place, DAILY_KEY)
    return f"update forecast_accuracy_daily set {change} where {row}"


def summary(place: int, change: str, condition: str) -> str:
    """Return a change of one row of forecast_accuracy_summary."""
    row = nth("forecast_accuracy_summary", condition, place, SUMMARY_KEY)
    return f"update forecast_accuracy_summary set {change} where {row}"


def alert(place: int, change: str, condition: str = "status <> 'suppressed'") -> str:
    """Return a change of one row of forecast_alerts."""
    row = nth("forecast_alerts", condition, place, "opened_on, family, entity_value")
    return f"update forecast_alerts set {change} where {row}"


MART_ROWS = "daily_mart_matches_errors"
DETAIL = "summary_follows_from_detail"
COUNTS = "components_hold_every_row"
DAILY = (
    Control(
        "a row of the errors twice",
        "insert into int_forecast__errors select * from int_forecast__errors"
        f" where {nth('int_forecast__errors', MATCHED, 3, DAILY_KEY)}",
        ("unique_key_int_forecast__errors_", MART_ROWS, "errors_hold_both_sides", COUNTS),
    ),
    Control(
        "a wrong match status",
        daily(0, "match_status = 'prediction_only'", "match_status = 'actual_only'"),
        ("match_status_says_which_sides_exist", MART_ROWS),
    ),
    Control("a missing store", daily(10, "shop_no = null"), ("no_nulls_forecast_accuracy_daily_",)),
    Control(
        "a key without its product",
        daily(20, "goods_code = null"),
        ("unique_key_forecast_accuracy_daily_",),
    ),
    Control(
        "an unknown direction",
        daily(30, "error_direction = 'sideways'"),
        (
            "one_of_forecast_accuracy_daily_error_direction_",
            "errors_follow_from_quantities",
        ),
    ),
    Control(
        "an eighth weekday",
        daily(40, "day_of_week = 8"),
        ("accepted_range_forecast_accuracy_daily_day_of_week_",),
    ),
    Control(
        "an error of its own", daily(50, "error = error + 1"), ("errors_follow_from_quantities",)
    ),
    Control(
        "a percentage that does not fit",
        daily(60, "abs_pct_error = abs_pct_error + 1"),
        ("percentage_errors_follow_from_quantities", DETAIL),
    ),
    Control(
        "a band that does not fit",
        daily(70, "within_10 = 1 - within_10"),
        ("bands_follow_from_errors",),
    ),
    Control(
        "a symmetric error above 200 percent",
        daily(80, "symmetric_pct_error = 250"),
        ("symmetric_error_stays_below_200",),
    ),
    Control(
        "a category nobody listed",
        daily(90, "category = 'nonsense'"),
        ("refers_to_forecast_accuracy_daily_unknown__category_",),
    ),
    Control(
        "a department nobody knows",
        daily(100, "dept_id = 424242"),
        ("refers_to_forecast_accuracy_daily_dept_id_",),
    ),
    Control(
        "a late version counted as the effective one",
        "update int_forecast__effective_predictions set late_versions = n_versions where "
        + nth("int_forecast__effective_predictions", "late_versions = 0", 0, DAILY_KEY),
        ("an_effective_prediction_is_on_time",),
    ),
    Control(
        "a version too many",
        "update int_forecast__effective_predictions set n_versions = n_versions + 1 where "
        + nth("int_forecast__effective_predictions", "late_versions = 0", 5, DAILY_KEY),
        ("versions_match_staged_predictions",),
    ),
    Control(
        "consumption too high",
        "update int_forecast__actual_consumption set actual_qty = actual_qty + 1 where "
        + nth("int_forecast__actual_consumption", "n_changes = 1", 0, DAILY_KEY),
        ("consumption_matches_staged_changes",),
    ),
    Control(
        "a component larger than its whole",
        "update int_forecast__daily_components set n_within_10 = n_within_20 + 1 where "
        + nth("int_forecast__daily_components", "n_matched > 3", 0, "business_date"),
        ("component_counts_are_parts_of_their_whole",),
    ),
    Control(
        "a sum of errors that does not fit",
        "update int_forecast__daily_components set sum_error = sum_error + 1 where "
        + nth("int_forecast__daily_components", "n_matched > 3", 1, "business_date"),
        ("component_errors_follow_from_quantities",),
    ),
)

AGREE = "summary_dimensions_agree"
LONGER = "longer_periods_add_up"
QUOTIENTS = "summary_measures_follow_from_sums"
HELD = "summary_holds_every_period"
SUMMARY = (
    Control(
        "a day without its categories",
        "delete from forecast_accuracy_summary where period_type = 'daily'"
        " and dimension_type = 'category' and period_end ="
        " (select min(period_end) + 5 from forecast_accuracy_summary)",
        (AGREE, LONGER),
    ),
    Control(
        "a weekly error that is not the sum of its days",
        summary(2, "total_error = total_error + 1", "period_type = 'weekly'"),
        (QUOTIENTS,),
    ),
    Control(
        "a daily MAPE that is not the mean of its rows",
        summary(
            3, "mape_pct = mape_pct + 1", "period_type = 'daily' and dimension_type = 'overall'"
        ),
        (DETAIL,),
    ),
    Control(
        "coverage above 100 percent",
        summary(3, "coverage_pct = 101", "period_type = 'monthly' and dimension_type = 'store'"),
        ("accepted_range_forecast_accuracy_summary_coverage_pct_",),
    ),
    Control(
        "a flag that disagrees with its limit",
        summary(
            4,
            "is_tracking_signal_breached = 1 - is_tracking_signal_breached",
            "period_type = 'last_7d' and is_tracking_signal_breached is not null",
        ),
        (QUOTIENTS,),
    ),
    Control(
        "a month that is missing",
        "delete from forecast_accuracy_summary where period_type = 'monthly' and period_end ="
        " (select max(period_end) from forecast_accuracy_summary where period_type = 'monthly')",
        (HELD,),
    ),
    Control(
        "a member without a name",
        summary(5, "dimension_value = ''", "period_type = 'last_30d' and dimension_type = 'store'"),
        ("members_fit_their_dimension",),
    ),
    Control(
        "a category nobody listed",
        summary(
            5, "dimension_value = 'x'", "period_type = 'weekly' and dimension_type = 'category'"
        ),
        ("summary_categories_are_known",),
    ),
    Control(
        "a period that runs backwards",
        summary(6, "period_start = period_end + 1", "dimension_type = 'product'"),
        ("periods_run_forward",),
    ),
    Control(
        "a state of completeness that does not exist",
        summary(7, "is_complete = 2", "period_type = 'weekly' and dimension_type = 'overall'"),
        ("one_of_forecast_accuracy_summary_is_complete_",),
    ),
    Control(
        "a date that is in no period",
        "delete from int_forecast__periods where business_date ="
        " (select min(business_date) + 20 from int_forecast__periods)",
        ("no_missing_dates_int_forecast__periods_", "periods_are_calendar_periods"),
    ),
    Control(
        "a date outside its period",
        "update int_forecast__periods set period_start = period_end + 1 where "
        + nth("int_forecast__periods", "period_type = 'weekly'", 30, "period_end, business_date"),
        ("dates_lie_in_their_period",),
    ),
)

EVERY_DAY = "alerts_hold_every_active_day"
RULES = "alerts_follow_their_rules"
ALERTS = (
    Control(
        "a day miscounted", alert(0, "n_active_days = n_active_days + 1"), ("alert_days_add_up",)
    ),
    Control(
        "an episode closed before it opened",
        alert(1, "closed_on = opened_on - 1", "closed_on is not null and status = 'closed'"),
        ("alert_days_are_in_order",),
    ),
    Control(
        "a status that does not fit the dates",
        alert(0, "status = 'open'", "status = 'closed' and family = 'coverage'"),
        ("alert_status_follows_from_dates",),
    ),
    Control(
        "an episode twice, under another key",
        "insert into forecast_alerts select * replace ('twice' as alert_id) from forecast_alerts"
        f" where {nth('forecast_alerts', 'true', 3, 'opened_on, family, entity_value')}",
        (
            "one_episode_per_family_entity_and_first_day",
            "alert_episodes_do_not_overlap",
            EVERY_DAY,
        ),
    ),
    Control(
        "a severity that is not the rule's",
        alert(0, "severity = 'P3'", "family = 'bias' and status <> 'suppressed'"),
        (RULES,),
    ),
    Control(
        "a rule that does not exist",
        alert(0, "rule_id = 'nope'", "family = 'drift'"),
        ("refers_to_forecast_alerts_rule_id_",),
    ),
    Control(
        "a suppression without a reason",
        alert(0, "suppression_reason = null", "status = 'suppressed'"),
        ("suppressed_alerts_say_why",),
    ),
    Control(
        "an alert about everything that names a part",
        alert(0, "entity_value = 'dairy'", "entity_type = 'overall'"),
        ("alerts_of_everything_are_about_all",),
    ),
    Control(
        "a streak with the wrong sign",
        "update int_forecast__bias_streaks set mfe_sign = -mfe_sign where "
        + nth("int_forecast__bias_streaks", "mfe_sign = 1", 0, "business_date, entity_value"),
        ("a_streak_has_the_sign_of_its_mfe",),
    ),
)

AUDIT = (
    Control(
        "a change of clocks without a time",
        "update stg_calendar__utc_days set changed_offset_seconds = -18000"
        " where utc_day = '2030-06-06'",
        ("a_change_of_clocks_has_a_time_and_an_offset",),
    ),
    Control(
        "a staged row too many in the audit",
        "update int_audit__row_dispositions set n_rows = n_rows + 1 where"
        " feed = 'stock_changes' and disposition = 'staged' and row_date ="
        " (select min(row_date) + 9 from int_audit__row_dispositions)",
        ("raw_rows_are_staged_or_excluded", "staged_rows_match_their_views"),
    ),
    Control(
        "a timestamp outside utc_offsets",
        "insert into int_audit__row_dispositions (row_date, feed, disposition, n_rows)"
        " values ('2040-01-01', 'trades', 'outside_utc_offsets', 3)",
        ("no_timestamp_outside_utc_offsets",),
    ),
    Control(
        "a reason nobody listed, without a count",
        "insert into int_audit__row_dispositions (row_date, feed, disposition, n_rows)"
        " values ('2026-02-02', 'trades', 'felt_like_it', null)",
        ("refers_to_int_audit__row_dispositions_", "no_nulls_int_audit__row_dispositions_"),
    ),
    Control(
        "items of an order that never was",
        "insert into int_audit__row_dispositions (row_date, feed, disposition, n_rows)"
        " values ('2026-02-02', 'trade_items', 'unknown_order', 4)",
        ("rows_of_unknown_orders",),
    ),
    Control(
        "a department that was lost on the way",
        "insert into raw_shop_depts values ('US55555', 55555, '2026-01-01 00:00:00', 1)",
        ("snapshot_rows_are_staged_or_excluded",),
    ),
    Control(
        "a load that lost a row",
        "update load_steps set rows_source = 5, rows_read = 5, rows_written = 4 where load_id = 1",
        ("load_steps_lost_no_row",),
    ),
    Control(
        "a window that ends before it begins",
        "update load_steps set window_from = '2026-02-02', window_to = '2026-02-01'"
        " where load_id = 2",
        ("load_steps_windows_run_forward",),
    ),
    Control(
        "rows without a date at the source",
        "update load_steps set rows_undated = 7 where load_id = 1",
        ("undated_source_rows",),
    ),
    Control(
        "a store that closes before it opens",
        "insert into stg_opshop__sites (dept_id, shop_no, time_zone, open_date, closed_on)"
        " values (777001, 'US77701', 'America/New_York', '2026-02-02', '2026-02-01')",
        ("sites_close_after_they_open",),
    ),
    Control(
        "a store without a shop",
        "insert into stg_opshop__sites (dept_id, time_zone) values (777002, 'America/New_York')",
        ("sites_that_count_have_a_shop",),
    ),
)

SEEDS = (
    Control(
        "offsets that leave an hour out",
        "update utc_offsets set utc_to = utc_to - interval 1 hour where utc_from > '2030-05-01'"
        " and utc_from < '2030-12-01' and time_zone = 'America/New_York'",
        ("contiguous_intervals_utc_offsets_",),
    ),
    Control(
        "a department number with a letter",
        "update excluded_sites set site_id = '2OO46' where site_id = '20046'",
        ("digits_only_excluded_sites_",),
    ),
    Control("no targets", "delete from forecast_targets", ("targets_are_listed",)),
    Control(
        "a product that costs nothing",
        "update products set unit_cost = 0 where goods_code = 'GS00088'",
        ("accepted_range_products_unit_cost_",),
    ),
    Control(
        "a product code with a space",
        "update products set goods_code = 'GS00087 ' where goods_code = 'GS00087'",
        ("goods_codes_have_no_spaces",),
    ),
    Control(
        "a store twice",
        "update stores set shop_no = 'US00001' where dept_id = 1128",
        ("stores_have_their_own_shop_no",),
    ),
    Control(
        "a store that closed before it opened",
        "update stores set closed_on = open_date - 1 where dept_id = 1141",
        ("stores_close_after_they_open",),
    ),
    Control(
        "a rule for single days that waits for three",
        "update forecast_alert_rules set min_days = 3 where rule_id = 'mape_warning_store'",
        ("only_streaks_last_several_days",),
    ),
    Control(
        "a comparison that its measure does not know",
        "update forecast_alert_rules set comparison = 'change_beyond'"
        " where rule_id = 'coverage_store'",
        ("comparisons_fit_their_measure",),
    ),
    Control(
        "a channel nobody reads",
        "update forecast_alert_rules set channels = 'slack;fax' where rule_id = 'drift_category'",
        ("channels_are_known", RULES),
    ),
    Control(
        "a rule twice",
        "insert into forecast_alert_rules select * replace ('again' as rule_id)"
        " from forecast_alert_rules where rule_id = 'bias_store'",
        ("one_rule_per_condition",),
    ),
)

# What one control spoils must not hide what another does: rules and the alerts that follow them.
GROUPS = {
    "daily_and_alerts": (*DAILY, *ALERTS),
    "summary_audit_and_seeds": (*SUMMARY, *AUDIT, *SEEDS),
}

# What the random case already holds: tests of the data that warn, each of which it proves.
KNOWN_WARNINGS = (
    "absurd_predictions",
    "negative_latest_predictions",
    "negative_predictions",
    "no_missing_dates_int_forecast__daily_components_",
    "rows_of_unmapped_stores",
    "rows_without_quantity_or_goods",
    "rows_without_timestamp",
    "stores_without_opening_date",
    "unknown_reason_codes",
)
