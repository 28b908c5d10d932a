"""The random case must hold what it promises, or a green comparison would prove little."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
import yaml

from tests.python.oracle.compare import assert_same
from tests.python.oracle.store import STORE_MART_SCHEMAS, expected_store_marts
from tests.python.oracle.store.kpis import FEEDS
from tests.python.oracle.store.network import (
    AS_OF,
    CLOSING,
    COUNTED,
    EARLY,
    FIRST_DATE,
    INCIDENT,
    NEWEST,
    NOT_COUNTED,
    NOT_LOADED,
    STEADY,
    TROUBLED,
    WESTERN,
    YOUNG,
    write_seeds,
)
from tests.python.oracle.store.random_case import StoreCase, feedback_for, random_store_case
from tests.python.oracle.store.raw_columns import COLUMNS
from tests.python.oracle.store.reference import StoreResults, store_results
from tests.python.oracle.store.seeds import read_store_seeds

# The seed of the case with which tests/python/marts builds the marts on every engine.
SEED = 1
Marts = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def case() -> StoreCase:
    """Return the random case."""
    return random_store_case(SEED)


@pytest.fixture(scope="module")
def seeds_dir(project_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the seeds that go with the case."""
    folder = tmp_path_factory.mktemp("seeds")
    write_seeds(project_seeds, folder)
    return folder


@pytest.fixture(scope="module")
def results(case: StoreCase, seeds_dir: Path) -> StoreResults:
    """Return what follows from the case."""
    return store_results(case.raw, read_store_seeds(seeds_dir), case.coverage, case.as_of)


@pytest.fixture(scope="module")
def marts(results: StoreResults) -> Marts:
    """Return the marts of the case."""
    return results.marts()


def on(day: int) -> date:
    """Return a date of the case by its number."""
    return FIRST_DATE + timedelta(days=day)


# Raw rows


def test_the_same_seed_gives_the_same_rows(case: StoreCase) -> None:
    """And another seed others; a case stays small."""
    again, other = random_store_case(SEED), random_store_case(SEED + 1)
    for feed, rows in case.raw.items():
        pd.testing.assert_frame_equal(rows, again.raw[feed])
    assert not case.raw["trades"].equals(other.raw["trades"])
    assert sum(map(len, case.raw.values())) < 100_000


def test_columns_are_those_of_the_feeds(project_seeds: Path) -> None:
    """The case can be written as the loader writes it; keys do not repeat."""
    text = (project_seeds.parent / "loader" / "feeds.yml").read_text(encoding="utf-8")
    feeds = yaml.safe_load(text)["feeds"]
    for feed, columns in COLUMNS.items():
        assert tuple(feeds[feed]["columns"]) == columns


def test_keys_are_unique(case: StoreCase, project_seeds: Path) -> None:
    """As the raw tables demand."""
    text = (project_seeds.parent / "loader" / "feeds.yml").read_text(encoding="utf-8")
    for feed, rows in case.raw.items():
        key = yaml.safe_load(text)["feeds"][feed]["key"]
        assert not rows.duplicated(key).any(), feed


def test_raw_rows_look_for_trouble(case: StoreCase) -> None:
    """NULLs, unknown codes, reversed times, nobody's rows."""
    trades = case.raw["trades"]
    for feed, columns in {
        "trades": ["dept_id", "member_no", "order_status", "pay_money", "pay_time"],
        "trade_items": ["quantity", "create_time"],
        "production_orders": ["dept_id", "start_time", "end_time"],
        "expiry_records": ["quantity", "expiry_date"],
        "qc_tasks": ["status", "finish_time"],
        "attendance": ["clock_in", "clock_out"],
    }.items():
        for column in columns:
            assert case.raw[feed][column].isna().any(), (feed, column)
            assert case.raw[feed][column].notna().any(), (feed, column)
    assert {1, 4, 77} <= set(trades["order_status"].dropna())
    members = trades["member_no"].dropna()
    assert (members == "").any() and (members.str.strip() == "").sum() > (members == "").sum()
    assert (members.str.strip() != members).any()
    known = {branch.dept_id for branch in (*COUNTED, *NOT_COUNTED)}
    assert {branch.dept_id for branch in NOT_COUNTED} <= set(trades["dept_id"].dropna())
    assert set(trades["dept_id"].dropna()) - known
    for feed, start, end in (
        ("production_orders", "start_time", "end_time"),
        ("expiry_records", "prepared_time", "expiry_date"),
        ("attendance", "clock_in", "clock_out"),
    ):
        both = case.raw[feed][[start, end]].dropna()
        assert (both[end] < both[start]).any() and (both[end] > both[start]).any(), feed


def test_orders_around_midnight_and_when_clocks_change(case: StoreCase) -> None:
    """Both ends of local days, both versions of the repeated hour, the hour that is left out."""
    times = set(case.raw["trades"]["pay_time"].dropna())
    assert {datetime(2025, 11, 2, 5, 30), datetime(2025, 11, 2, 6, 30)} <= times
    assert {datetime(2025, 11, 2, 4), datetime(2025, 11, 3, 4, 59, 59)} <= times
    assert {datetime(2026, 3, 8, 5), datetime(2026, 3, 9, 3, 59, 59)} <= times


def test_items_away_from_their_orders(case: StoreCase) -> None:
    """On the day after and a week before, which count, and a day farther, which do not."""
    paid = case.raw["trades"].set_index("order_no")["pay_time"].dropna().to_dict()
    items = case.raw["trade_items"].dropna(subset=["create_time"])
    distances = Counter(
        round((created - paid[order_no]) / timedelta(days=1))
        for order_no, created in zip(items["order_no"], items["create_time"], strict=True)
        if order_no in paid
    )
    assert {-8, -7, -1, 0, 1, 2} <= set(distances)
    assert set(items["order_no"]) - set(case.raw["trades"]["order_no"])


def test_members_who_order_at_two_stores_on_their_first_day(case: StoreCase) -> None:
    """One of the stores may not count, and then the day is not the first."""
    orders = case.raw["trades"].dropna(subset=["member_no", "pay_time"])
    orders = orders[orders["order_status"] == 2].assign(
        member=lambda rows: rows["member_no"].str.strip(),
        day=lambda rows: rows["pay_time"].map(datetime.date),
    )
    first = orders["day"] == orders.groupby("member")["day"].transform("min")
    stores = orders[first & (orders["member"] != "")].groupby("member")["dept_id"].agg(set)
    assert any({EARLY.dept_id, STEADY.dept_id} <= of_member for of_member in stores)


def test_feeds_that_are_not_loaded(case: StoreCase) -> None:
    """Each on some days, although rows of the day are there; the last day lacks one too."""
    for feed in FEEDS:
        for day in NOT_LOADED[feed]:
            assert (feed, on(day)) not in case.coverage
        assert (feed, on(100)) in case.coverage
    day = NOT_LOADED["trades"][0]
    noon = datetime.combine(on(day), datetime.min.time()) + timedelta(hours=17)
    times = case.raw["trades"]["pay_time"].dropna()
    assert times.map(lambda at: abs(at - noon) < timedelta(hours=5)).any()
    assert {feed for feed in FEEDS if (feed, AS_OF) not in case.coverage} == {"trade_items"}


# Marts


def test_only_the_right_stores_count(marts: Marts) -> None:
    """Every counted store has its days, no other has any."""
    daily = marts["store_daily_metrics"].groupby("shop_no")["metric_date"].agg(["min", "max"])
    assert {
        shop_no: (first, last)
        for shop_no, first, last in zip(daily.index, daily["min"], daily["max"], strict=True)
    } == {
        branch.shop_no: (
            on(branch.opens_on or 0),
            AS_OF if branch.closes_on is None else on(branch.closes_on),
        )
        for branch in COUNTED
    }


def test_daily_rows_of_every_sort(marts: Marts) -> None:
    """NULL and a value in every KPI, days without orders and without revenue."""
    daily = marts["store_daily_metrics"]
    for column in STORE_MART_SCHEMAS["store_daily_metrics"].kinds:
        if column not in ("shop_no", "metric_date"):
            assert daily[column].isna().any() and daily[column].notna().any(), column
    assert (daily["order_count"] == 0).any()
    assert ((daily["revenue"] == 0) & (daily["order_count"] > 0)).any()
    assert daily.loc[daily["shop_no"] == STEADY.shop_no, "days_since_qc_fail"].isna().all()
    assert {len(sources.split(",")) for sources in daily["missing_sources"].dropna()} >= {1, 6}
    mature = daily[(daily["order_count"] > 0) & (daily["shop_no"] == EARLY.shop_no)]
    assert 10 < mature["order_count"].median() < 25


def test_reasons_of_every_method(marts: Marts) -> None:
    """Every reason and evaluable days, for stores by every method and for groups."""
    limits = marts["store_spc_control_limits"]
    reasons = {"holiday", "missing_value", "too_few_points", None}
    of_stores = reasons | {"not_charted", "incident", "no_activity", "zero_variance"}
    for (entity_type, method), rows in limits.groupby(["entity_type", "baseline_method"]):
        found = {None if pd.isna(one) else one for one in rows["not_evaluable_reason"]}
        assert found == (of_stores if entity_type == "store" else reasons), method
    assert set(limits["shop_no"]) == {b.shop_no for b in COUNTED} | {"manhattan", "coast"}


def test_baselines_of_every_sort(marts: Marts) -> None:
    """Full and short frames, roots cut at 0, values outside a scale, z of exactly 0."""
    limits = marts["store_spc_control_limits"]
    for method, full in (("rolling_28d", 28), ("same_dow_8wk", 8), ("dow_adjusted", 56)):
        n = set(limits.loc[limits["baseline_method"] == method, "baseline_n"])
        assert n == set(range(full + 1)), method
    adjusted = limits[limits["baseline_method"] == "dow_adjusted"]
    assert set(adjusted["center_n"].dropna()) == set(range(9))
    roots = limits[limits["metric_name"] == "late_arrival_count"]
    assert (roots["lcl_3"] == 0).any() and (roots["lcl_1"] > 0).any()
    assert (limits["z_score"] == 0).any()
    keys = ["shop_no", "metric_name", "calc_date"]
    judged = limits[limits["entity_type"] == "store"].pivot_table(
        index=keys, columns="baseline_method", values="is_evaluable", aggfunc="first"
    )
    revenue = limits[(limits["metric_value"] == 0) & (limits["metric_name"] == "revenue")]
    free = revenue.loc[revenue["not_evaluable_reason"].isna(), keys]
    assert len(free)
    dow_adjusted = judged["dow_adjusted"].to_dict()
    assert any(dow_adjusted[key] == 0 for key in free.itertuples(index=False, name=None))


def test_flags_of_every_sort(marts: Marts) -> None:
    """Severities, caps, methods, all rules alone and together, values off a flat baseline."""
    flags = marts["store_anomaly_flags"]
    assert {(row.uncapped_severity, row.severity, row.capped_by) for row in flags.itertuples()} >= {
        ("INFO", "INFO", None),
        ("WARNING", "WARNING", None),
        ("CRITICAL", "CRITICAL", None),
        ("WARNING", "INFO", "warm_up"),
        ("CRITICAL", "INFO", "warm_up"),
        ("WARNING", "INFO", "favourable"),
        ("CRITICAL", "INFO", "favourable"),
        ("CRITICAL", "WARNING", "cold_start"),
    }
    assert set(flags["method_used"]) == {"dow_adjusted", "same_dow_8wk", "rolling_28d"}
    for number in range(1, 6):
        alone = flags[(flags[f"we_rule_{number}"] == 1) & (flags["rule_count"] == 1)]
        assert len(alone) or number == 1, number
    assert set(flags["rule_count"]) >= {0, 1, 2, 3, 4}
    rules = flags[[f"we_rule_{number}" for number in range(1, 6)]].sum(axis=1)
    assert (rules > flags["rule_count"]).any()
    flat = flags[flags["not_evaluable_reason"] == "zero_variance"]
    assert len(flat) and flat["z_score"].isna().all()
    assert set(flags["is_unfavourable"]) == {0, 1}
    assert set(flags.loc[flags["entity_type"] == "peer_group", "severity"]) == {
        "INFO",
        "WARNING",
        "CRITICAL",
    }


def test_shifts_of_every_sort(marts: Marts) -> None:
    """Signals on both sides, sums that restart after a long gap, a default that is plain."""
    shifts = marts["store_sustained_shifts"]
    for column in ("warning_signal", "critical_signal", "ewma_signal"):
        for entity_type, rows in shifts.groupby("entity_type"):
            assert set(rows[column]) == {-1, 0, 1}, (entity_type, column)
    troubled = shifts[
        (shifts["shop_no"] == TROUBLED.shop_no)
        & (shifts["metric_name"] == "avg_production_seconds")
    ]
    days = sorted(troubled["metric_date"])
    gaps = [after for before, after in pairwise(days) if (after - before).days > 7]
    assert on(INCIDENT[1] + 1) in gaps or on(NOT_LOADED["production_orders"][-1] + 1) in gaps
    assert "items_per_order" in set(shifts["metric_name"])
    first = shifts[shifts["metric_name"] == "items_per_order"]["metric_date"].min()
    assert first < on(40)


def test_alerts_of_every_sort(marts: Marts) -> None:
    """Families, severities, rules, escalations, closings, what moved."""
    alerts = marts["store_alerts"]
    assert set(alerts["family"]) == {"kpi", "health", "no_activity", "peer_group"}
    assert set(alerts["rule_id"]) == {
        "executive_health",
        "low_health",
        "no_activity_again",
        "critical_cusum",
        "repeated_critical_flag",
        "no_activity",
        "warning_cusum",
        "critical_flag",
        "two_rules",
    }
    reasons = {None if pd.isna(one) else one for one in alerts["close_reason"]}
    assert reasons == {None, "pending", "recovered", "new_level", "unclear"}
    assert {"order_count", "aov"} <= set(alerts["moved_by"])
    assert {"revenue", "operations", "quality", "staffing", "customer", "overall"} == set(
        alerts["dimension"]
    )
    escalated = alerts[alerts["critical_on"].notna()]
    assert (escalated["critical_on"] > escalated["opened_on"]).any()
    assert (alerts["critical_on"].notna() == (alerts["severity"] == "CRITICAL")).all()
    health = alerts[alerts["family"] == "health"]
    assert set(health["severity"]) == {"WARNING", "CRITICAL"}
    assert alerts.duplicated(["family", "shop_no", "dimension"]).any()
    assert set(alerts["status"]) == {"open", "closed"}
    waited = [
        (closed - last).days
        for closed, last in zip(alerts["closed_on"], alerts["last_seen_on"], strict=True)
        if closed is not None
    ]
    assert min(waited) == 3 < max(waited)


def test_the_chain_wide_drop_is_an_alert_of_the_group(marts: Marts) -> None:
    """And not one more of each calm store."""
    alerts = marts["store_alerts"]
    late = alerts[(alerts["dimension"] == "revenue") & (alerts["opened_on"] >= on(172))]
    assert "peer_group" in set(late["family"])
    assert STEADY.shop_no not in set(late.loc[late["family"] == "kpi", "shop_no"])


def test_feedback_reaches_its_alerts(results: StoreResults, marts: Marts) -> None:
    """All statuses and verdicts; an earlier form of an alert hands its feedback on."""
    feedback, seen = feedback_for(marts["store_alerts"])
    answered = results.alerts(feedback, seen)
    assert Counter(answered["status"])["acknowledged"] == 3
    assert Counter(answered["status"])["snoozed"] == 1
    assert Counter(answered["verdict"].dropna()) == {"true_positive": 1, "false_positive": 1}
    untouched = [column for column in answered if column not in ("status", "verdict")]
    pd.testing.assert_frame_equal(answered[untouched], marts["store_alerts"][untouched])


def test_health_scores_of_every_sort(marts: Marts) -> None:
    """All grades and none, all shares of the weight, a peak that is far away."""
    health = marts["store_health_scores"]
    for method, rows in health.groupby("score_method"):
        grades = {None if pd.isna(grade) else grade for grade in rows["grade"]}
        assert grades == {"A", "B", "C", "D", "F", None}, method
        covered = rows["weight_covered_pct"].astype(float)
        assert covered.min() == 0 and covered.max() == 100 and covered.nunique() >= 3, method
    assert health["revenue_vs_peak_pct"].dropna().min() < 60
    weighted = health[health["score_method"] == "weighted_z"]
    parts = [column for column in health if str(column).endswith("_contribution")]
    sums = weighted[parts].astype(float).sum(axis=1)
    known = weighted["health_score"].notna()
    assert (sums[known] - weighted.loc[known, "health_score"].astype(float)).abs().max() < 1e-9
    assert weighted[parts].isna().any(axis=None)


def test_peer_comparison_of_every_sort(marts: Marts) -> None:
    """Groups of one and of many, ties, complete weeks and a running one."""
    peers = marts["store_peer_comparison"]
    for metric_name, rows in peers.groupby("metric_name"):
        assert set(rows["is_complete"]) == {0, 1}, metric_name
        assert rows["n_stores"].min() == 1 and rows["n_stores"].max() >= 5, metric_name
    assert len(set(peers["metric_name"])) == 4
    ties = peers.duplicated(["week_start", "metric_name", "n_stores", "peer_rank"], keep=False)
    assert (ties & (peers["n_stores"] > 1)).any()


def test_candidates_of_every_sort(marts: Marts) -> None:
    """A candidate, others, pairs with few days in common, a store without a place."""
    pairs = marts["store_cannibalization_candidates"]
    assert set(pairs["is_candidate"]) == {0, 1}
    assert pairs["correlation"].isna().any() and (pairs["n_days"] == 0).any()
    assert pairs["mean_residual"].isna().any()
    assert set(pairs.loc[pairs["distance_km"].isna(), "opened_shop_no"]) == {NEWEST.shop_no}
    assert {YOUNG.shop_no, NEWEST.shop_no} < set(pairs["opened_shop_no"])
    assert WESTERN.shop_no not in set(pairs["affected_shop_no"])
    assert CLOSING.shop_no in set(pairs["affected_shop_no"])


def test_marts_keep_their_keys(marts: Marts) -> None:
    """No key repeats or is NULL, and no mart is empty."""
    for mart, schema in STORE_MART_SCHEMAS.items():
        key = marts[mart][list(schema.key)]
        assert len(key) and not key.duplicated().any(), mart
        assert key.notna().all(axis=None), mart


def test_no_decision_hangs_on_rounding(
    case: StoreCase, seeds_dir: Path, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sums that are wrong in the thirteenth digit, as moving ones are, change no flag."""
    rng, exact = random.Random(1), math.fsum

    def moving(values: Iterable[float]) -> float:
        listed = list(values)
        largest = max(map(abs, listed), default=0.0)
        return exact(listed) + rng.uniform(-1, 1) * 1e-13 * largest

    monkeypatch.setattr(math, "fsum", moving)
    rounded = expected_store_marts(case.raw, seeds_dir, case.coverage, case.as_of)
    for mart, schema in STORE_MART_SCHEMAS.items():
        assert_same(rounded[mart], marts[mart], schema, mart)
