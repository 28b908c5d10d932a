"""The random case must hold what it promises, or a green comparison would prove little."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
import yaml

from .random_data import AUTUMN, SPRING, RandomCase, random_case
from .random_stores import COUNTED, NOT_COUNTED, RARE_CATEGORY, write_seeds
from .raw_columns import COLUMNS
from .reference import MART_SCHEMAS, expected_marts
from .seeds import read_rows


@pytest.fixture(scope="module", params=[SPRING, AUTUMN], ids=["spring", "autumn"])
def case(request: pytest.FixtureRequest, project_seeds: Path) -> RandomCase:
    """Return a random case for each change of clocks."""
    return random_case(seed=7, base_seeds_dir=project_seeds, calendar=request.param)


@pytest.fixture(scope="module")
def seeds_dir(
    case: RandomCase, project_seeds: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Return the seeds that go with the case."""
    folder = tmp_path_factory.mktemp("seeds")
    write_seeds(project_seeds, folder, case.first_date)
    return folder


@pytest.fixture(scope="module")
def marts(case: RandomCase, seeds_dir: Path) -> dict[str, pd.DataFrame]:
    """Return the marts of the case."""
    return expected_marts(case.raw, seeds_dir, case.as_of)


def test_the_same_seed_gives_the_same_rows(case: RandomCase, project_seeds: Path) -> None:
    """And another seed others."""
    calendar = AUTUMN if case.as_of == AUTUMN.as_of else SPRING
    again = random_case(7, project_seeds, calendar)
    other = random_case(8, project_seeds, calendar)
    for table, rows in case.raw.items():
        pd.testing.assert_frame_equal(rows, again.raw[table])
    assert not case.raw["stock_changes"].equals(other.raw["stock_changes"])


def test_raw_rows_look_for_trouble(case: RandomCase) -> None:
    """NULLs, zeros, positive changes, all codes, spaces, empty codes, absurd values, ties."""
    predictions, changes = case.raw["order_predictions"], case.raw["stock_changes"]
    for frame, columns in (
        (predictions, ["vlt_avg_demand", "create_time"]),
        (changes, ["goods_code", "reason_code", "total_adjust_num", "create_time"]),
    ):
        for column in columns:
            assert frame[column].isna().any(), column
        assert frame["id"].is_unique
        codes = frame["goods_code"].dropna()
        assert (codes != codes.str.strip()).any()
        assert (codes.str.strip() == "").any()
    amounts = changes["total_adjust_num"].dropna()
    assert (amounts > 0).any() and (amounts == 0).any()
    assert {"019", "025", "1001", "1002", "1002 ", "999"} <= set(changes["reason_code"].dropna())
    predicted = predictions["vlt_avg_demand"].dropna()
    assert (predicted < 0).any() and (predicted == 0).any() and (predicted > 10**9).any()
    version = ["dept_id", "goods_code", "predict_date", "create_time"]
    assert predictions.duplicated(version).sum() > 10


def test_both_versions_of_the_repeated_hour(project_seeds: Path) -> None:
    """In autumn 05:30 and 06:30 UTC are both 01:30 in New York."""
    autumn = random_case(7, project_seeds, AUTUMN)
    times = set(autumn.raw["stock_changes"]["create_time"].dropna())
    assert {datetime(2025, 11, 2, 5, 30), datetime(2025, 11, 2, 6, 30)} <= times


def test_only_the_right_stores_count(marts: dict[str, pd.DataFrame], case: RandomCase) -> None:
    """Every counted store has rows, no other; openings and closings are kept."""
    daily = marts["forecast_accuracy_daily"]
    assert set(daily["dept_id"]) == {store.dept_id for store in COUNTED}
    assert {store.dept_id for store in NOT_COUNTED} <= set(case.raw["stock_changes"]["dept_id"])
    for store in COUNTED:
        dates = daily.loc[daily["dept_id"] == store.dept_id, "business_date"]
        if store.opens_on is not None and store.opens_on > 0:
            assert dates.min() == case.first_date + timedelta(days=store.opens_on)
        if store.closes_on is not None:
            assert dates.max() == case.first_date + timedelta(days=store.closes_on)


def test_daily_rows_of_every_sort(marts: dict[str, pd.DataFrame], case: RandomCase) -> None:
    """Statuses, directions, both sides of every band, late versions, days without rows."""
    daily = marts["forecast_accuracy_daily"]
    assert Counter(daily["match_status"]).keys() == {"matched", "prediction_only", "actual_only"}
    assert set(daily["error_direction"].dropna()) == {"over", "under", "exact"}
    for band in (10, 20, 30):
        matched = daily[daily["match_status"] == "matched"]
        pairs = zip(matched["abs_error"], matched["actual_qty"], strict=True)
        assert any(100 * error == band * actual for error, actual in pairs)
        assert set(matched[f"within_{band}"]) == {0, 1}
    assert (daily["late_versions"] > 1).any()
    late_only = daily[(daily["match_status"] == "actual_only") & (daily["late_versions"] > 0)]
    assert late_only["latest_predicted_qty"].notna().all() and len(late_only)
    assert (daily["category"] == "unknown").any()
    days = sorted(set(daily["business_date"]))
    assert any(after - before > timedelta(days=1) for before, after in pairwise(days))
    assert (max(days) == case.as_of) == (case.as_of == AUTUMN.as_of)


def test_summary_cells_of_every_sort(marts: dict[str, pd.DataFrame], case: RandomCase) -> None:
    """All 25 combinations; complete and running periods; NULL and values in every measure."""
    summary = marts["forecast_accuracy_summary"]
    assert len(summary.drop_duplicates(["period_type", "dimension_type"])) == 25
    for period_type in ("weekly", "monthly", "last_7d", "last_30d"):
        of_type = summary[summary["period_type"] == period_type]
        all_over = case.as_of == AUTUMN.as_of and period_type in ("weekly", "monthly")
        assert set(of_type["is_complete"]) == ({1} if all_over else {0, 1}), period_type
    assert summary.loc[summary["period_type"] == "last_7d", "period_end"].max() == case.as_of
    nullable = ("mape_pct", "smape_pct", "tracking_signal", "coverage_pct", "actual_coverage_pct")
    for measure in nullable:
        assert summary[measure].isna().any(), measure
    weekly_mape = summary[
        (summary["period_type"] == "last_7d") & (summary["dimension_value"] == RARE_CATEGORY)
    ].set_index("period_end")["mape_pct"]
    exact_hit = case.first_date + timedelta(days=12)
    assert weekly_mape[exact_hit] == 0 and weekly_mape[exact_hit + timedelta(days=7)] > 0
    for flag in ("is_tracking_signal_breached", "is_tracking_signal_beyond_4"):
        assert set(summary[flag].dropna()) == {0, 1}


def test_alerts_of_every_sort(marts: dict[str, pd.DataFrame]) -> None:
    """Families, types, statuses and entities; escalation, reopening, both signs of bias."""
    alerts = marts["forecast_alerts"]
    assert set(alerts["alert_type"]) == {"CRITICAL", "WARNING", "BIAS", "COVERAGE", "DRIFT"}
    assert set(alerts["status"]) == {"open", "closed", "suppressed"}
    assert {
        (family, entity)
        for family, entity in zip(alerts["family"], alerts["entity_type"], strict=True)
    } == {
        ("mape", "store"),
        ("bias", "overall"),
        ("bias", "store"),
        ("bias", "category"),
        ("coverage", "overall"),
        ("coverage", "store"),
        ("drift", "category"),
    }
    assert alerts["escalated_on"].notna().any()
    assert alerts.duplicated(["family", "entity_type", "entity_value"]).any()
    assert alerts["alert_id"].is_unique
    bias = alerts.loc[alerts["family"] == "bias", "metric_value"]
    assert (bias > 0).any() and (bias < 0).any()
    drift = alerts.loc[alerts["family"] == "drift", "metric_value"]
    assert (drift > 0).any() and (drift < 0).any()
    gaps = [
        closed - last
        for closed, last in zip(alerts["closed_on"], alerts["last_seen_on"], strict=True)
        if closed is not None
    ]
    assert min(gaps) == timedelta(days=3) and max(gaps) > timedelta(days=3)


def test_marts_keep_their_keys(marts: dict[str, pd.DataFrame]) -> None:
    """No key repeats or is NULL."""
    for mart, schema in MART_SCHEMAS.items():
        key = marts[mart][list(schema.key)]
        assert not key.duplicated().any(), mart
        assert key.notna().all(axis=None), mart


def test_parts_add_up(marts: dict[str, pd.DataFrame]) -> None:
    """Stores, products, categories and weekdays of a day add up to the whole chain."""
    summary = marts["forecast_accuracy_summary"]
    daily = summary[summary["period_type"] == "daily"]
    totals = daily.groupby(["period_end", "dimension_type"])["n_matched"].sum().unstack()
    for dimension_type in totals.columns:
        assert (totals[dimension_type] == totals["overall"]).all(), dimension_type
    n_matched = int((marts["forecast_accuracy_daily"]["match_status"] == "matched").sum())
    assert totals["overall"].sum() == n_matched


def test_offsets_of_the_second_zone_agree_with_zoneinfo(seeds_dir: Path, case: RandomCase) -> None:
    """The seeds written for the case, at both ends of every interval in its years."""
    western = [
        row
        for row in read_rows(seeds_dir / "utc_offsets.csv")
        if row["time_zone"].endswith("Angeles")
    ]
    zone, utc = ZoneInfo("America/Los_Angeles"), ZoneInfo("UTC")
    checked = 0
    for row in western:
        starts, ends = (datetime.fromisoformat(row[name]) for name in ("utc_from", "utc_to"))
        if case.first_date - timedelta(days=365) < starts.date() < date(2027, 1, 1):
            for moment in (starts, ends - timedelta(seconds=1)):
                offset = moment.replace(tzinfo=utc).astimezone(zone).utcoffset()
                assert offset == timedelta(seconds=int(row["offset_seconds"]))
                checked += 1
    assert checked >= 4


def test_columns_are_those_of_the_feeds(project_seeds: Path) -> None:
    """The oracle's tables can be written as the loader writes them."""
    text = (project_seeds.parent / "loader" / "feeds.yml").read_text(encoding="utf-8")
    feeds = yaml.safe_load(text)["feeds"]
    for table, columns in COLUMNS.items():
        assert tuple(feeds[table]["columns"]) == columns
