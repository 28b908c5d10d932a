"""Rows look like production: volumes, keys, daylight saving and every kind of dirty row."""

from datetime import date, timedelta

import pandas as pd
import pyarrow as pa
import pytest

from dev.sample.calendar import Day
from dev.sample.generate import Plan, snapshots
from dev.sample.stock import split_exactly

from .source_rows import FEEDS, collect, frame, local, local_dates

Tables = dict[tuple[str, int], pa.Table]
CONSUMPTION = ["025", "1001", "1002"]


@pytest.fixture(scope="module")
def month() -> Tables:
    """Return 40 days with ten stores at a small scale."""
    return collect(Plan(first=date(2026, 1, 15), last=date(2026, 2, 23), scale=0.1))


@pytest.fixture(scope="module")
def stock(month: Tables) -> pd.DataFrame:
    """Return the stock changes of those days in the order of their ids."""
    return frame(month, "stock_changes").sort_values("id", ignore_index=True)


def test_columns_are_those_of_the_feeds(month: Tables) -> None:
    """Every feed has its columns in the configured order."""
    tables = {(feed, table): pa.Table.from_batches([rows]) for feed, table, rows in _shops()}
    for (feed, position), table in {**month, **tables}.items():
        assert table.column_names == list(FEEDS[feed].columns)
        assert 0 <= position < len(FEEDS[feed].tables)
    assert {feed for feed, _ in month} | {"shops", "shop_depts"} == set(FEEDS)


def test_keys_are_unique_over_all_tables_of_a_feed(month: Tables) -> None:
    """No key comes twice or is NULL."""
    for feed in {name for name, _ in month}:
        keys = frame(month, feed)[list(FEEDS[feed].key)]
        assert not keys.isna().any().any()
        assert not keys.duplicated().any(), feed


@pytest.mark.parametrize(
    ("feed", "rows_a_day"),
    [
        ("order_predictions", 7_500),
        ("stock_changes", 25_000),
        ("trades", 2_450),
        ("trade_items", 3_150),
        ("production_orders", 2_400),
        ("quality", 1_100),
        ("attendance", 220),
    ],
)
def test_volumes_at_scale_1(week_at_scale_1: dict[str, float], feed: str, rows_a_day: int) -> None:
    """Scale 1 gives the daily volumes of production."""
    assert week_at_scale_1[feed] == pytest.approx(rows_a_day, rel=0.1)


@pytest.fixture(scope="module")
def week_at_scale_1() -> dict[str, float]:
    """Return rows a day of one week at ten stores."""
    tables = collect(Plan(first=date(2026, 2, 16), last=date(2026, 2, 22), scale=1.0))
    rows = {feed: 0.0 for feed, _ in tables}
    for (feed, _), table in tables.items():
        rows[feed] += table.num_rows / 7
    rows["quality"] = rows["expiry_records"] + rows["qc_tasks"]
    return rows


def test_never_fewer_than_two_versions_and_postings() -> None:
    """A tiny scale leaves two versions and two postings."""
    tables = collect(Plan(first=date(2026, 2, 2), last=date(2026, 2, 3), scale=0.001))
    predictions = frame(tables, "order_predictions")
    assert predictions.groupby(["dept_id", "goods_code", "predict_date"]).size().min() == 2
    changes = frame(tables, "stock_changes")
    consumed = changes[
        changes["reason_code"].isin(CONSUMPTION) & (changes["total_adjust_num"] < 0)
    ].assign(day=local_dates(changes["create_time"]))
    assert consumed.groupby(["dept_id", "goods_code", "day"]).size().min() == 2


def test_every_weekday_has_its_table(month: Tables) -> None:
    """Stock changes lie in the table of their local weekday."""
    for (feed, position), table in month.items():
        if feed == "stock_changes":
            days = local_dates(table.to_pandas()["create_time"])
            assert set(days.dt.day_of_week) == {position}


def test_prediction_versions(month: Tables) -> None:
    """Versions are made in the night before, some on the cutoff, some after it."""
    predictions = frame(month, "order_predictions")
    day = pd.to_datetime(predictions["predict_date"])
    before = local(predictions["create_time"]).dt.tz_localize(None) - day
    assert before.min() >= pd.Timedelta(hours=-6)
    cutoff = pd.Timedelta(hours=6)
    assert (before == cutoff).any()
    assert (before == cutoff - pd.Timedelta(seconds=1)).any()
    assert 0.1 < (before >= cutoff).mean() < 0.4
    versions = ["dept_id", "goods_code", "predict_date", "create_time"]
    assert not predictions[versions].duplicated().any()
    early = predictions[before < cutoff].groupby(versions[:3]).size()
    assert early.max() > 1
    assert (before[predictions.groupby(versions[:3])["id"].idxmin()] >= cutoff).any()


def test_odd_predictions(month: Tables) -> None:
    """A few predictions are NULL, negative or absurd."""
    predictions = frame(month, "order_predictions")
    quantity = predictions["vlt_avg_demand"].astype(float)
    assert 0 < quantity.isna().mean() < 0.01
    assert 1 <= (quantity < 0).sum() <= 5
    assert 1 <= (quantity > 1e6).sum() <= 5


def test_late_posts_have_ids_of_a_later_day(stock: pd.DataFrame) -> None:
    """A few per mille of the stock changes are posted days later."""
    newest_before = stock["create_time"].cummax().shift()
    delay = newest_before - stock["create_time"]
    late = delay > pd.Timedelta(hours=30)
    assert 0.001 < late.mean() < 0.006


def test_corrections_are_taken_back_and_posted_again(stock: pd.DataFrame) -> None:
    """A positive consumption takes an earlier posting back."""
    taken_back = stock[stock["reason_code"].isin(CONSUMPTION) & (stock["total_adjust_num"] > 0)]
    assert 50 < len(taken_back) < 1_000
    keys = ["dept_id", "goods_code"]
    original = taken_back.merge(stock, on=keys, suffixes=("", "_posted"))
    original = original[original["total_adjust_num_posted"] == -original["total_adjust_num"]]
    assert set(taken_back["id"]) == set(original["id"])


def test_reason_codes(stock: pd.DataFrame) -> None:
    """All reasons occur, an unknown one among them."""
    codes = stock.groupby("reason_code")["total_adjust_num"]
    assert {"1002", "025", "1001", "019", "001", "777"} <= set(codes.groups)
    assert (codes.get_group("001") > 0).all()
    consumed = stock[stock["reason_code"].isin(CONSUMPTION)]
    assert consumed["reason_code"].eq("1002").mean() == pytest.approx(0.97, abs=0.01)


def test_theoretical_quantities_are_far_too_low(stock: pd.DataFrame) -> None:
    """Code 019 is ten to forty times below consumption."""
    day = local_dates(stock["create_time"])
    keys = [stock["dept_id"], stock["goods_code"], day]
    negative = stock["total_adjust_num"].astype(float).clip(upper=0)
    used = negative.where(stock["reason_code"].isin(CONSUMPTION), 0).groupby(keys).sum()
    theory = negative.where(stock["reason_code"] == "019", 0).groupby(keys).sum()
    factor = (used / theory)[(theory < 0) & (used < 0)]
    assert factor.between(9.99, 40.01).mean() > 0.95
    assert stock["theory_total_adjust_num"].isna().mean() == pytest.approx(0.3, abs=0.1)


def test_sites_that_are_not_stores(month: Tables) -> None:
    """Test departments, test kitchens and an unmapped department have rows."""
    for feed in ("order_predictions", "stock_changes", "trades"):
        depts = frame(month, feed)["dept_id"].value_counts()
        assert {1131, 20007, 20046, 10000, 10001, 20099} < set(depts.index)
    shops = {feed: rows.to_pandas() for feed, _, rows in _shops()}
    assert {"US00000", "US99998"} < set(shops["shops"]["shop_no"])
    assert not shops["shop_depts"]["dept_id"].isin([1131, 20007, 20046, 20099]).any()
    assert len(shops["shops"]) == len(shops["shop_depts"]) == 12


def test_missing_and_impossible_ends(month: Tables) -> None:
    """Ends are missing or lie before their starts."""
    production = frame(month, "production_orders")
    assert production["end_time"].isna().any()
    assert (production["end_time"] < production["start_time"]).any()
    seconds = (production["end_time"] - production["start_time"]).dt.total_seconds()
    assert seconds.mean() == pytest.approx(130, rel=0.2)
    shifts = frame(month, "attendance")
    assert shifts["clock_in"].isna().any()
    assert (shifts["clock_in"].notna() & shifts["clock_out"].isna()).any()
    assert (shifts["clock_out"] < shifts["clock_in"]).any()
    tasks = frame(month, "qc_tasks")
    assert (tasks["finish_time"].isna() == (tasks["status"] == 1)).all()
    assert set(tasks["status"]) == {1, 2, 3}
    assert set(frame(month, "expiry_records")["status"]) == {1, 2}


def test_item_amounts_add_up_to_the_payment(month: Tables) -> None:
    """The items of an order cost what was paid."""
    paid = frame(month, "trades").set_index("order_no")["pay_money"]
    items = frame(month, "trade_items").groupby("order_no")["actual_amount"].sum()
    assert (items == paid.loc[items.index]).all()
    assert len(items) == len(paid)


@pytest.mark.parametrize(("day", "hours"), [(date(2025, 11, 2), 25), (date(2026, 3, 8), 23)])
def test_clock_changes(day: date, hours: int) -> None:
    """Days of 23 and 25 hours have rows on both sides of the change."""
    assert Day(day).ends - Day(day).starts == hours * 3_600
    around = Plan(first=day - timedelta(days=1), last=day + timedelta(days=1), scale=1.0)
    stock = frame(collect(around), "stock_changes")
    times = local(stock["create_time"])
    at_night = times[(times.dt.date == day) & (times.dt.hour < 7)]
    offsets = at_night.map(lambda moment: moment.utcoffset())
    assert offsets.nunique() == 2  # rows before and after the change
    assert set(times.dt.date) == {day + timedelta(days=shift) for shift in (-1, 0, 1)}
    opening = times[(times.dt.date == day) & (times.dt.hour >= 7)]
    assert opening.dt.hour.mode()[0] == 9


def test_rows_begin_with_the_store_and_predictions_with_the_year() -> None:
    """Nothing precedes an opening, no prediction precedes 2026."""
    tables = collect(Plan(first=date(2025, 12, 31), last=date(2026, 1, 1), scale=0.001))
    assert frame(tables, "order_predictions")["predict_date"].min() == date(2026, 1, 1)
    assert 20011 not in set(frame(tables, "trades")["dept_id"])
    opening = collect(Plan(first=date(2026, 2, 1), last=date(2026, 2, 2), scale=0.001))
    trades = frame(opening, "trades").dropna(subset=["pay_time"])
    newest = local_dates(trades[trades["dept_id"] == 20011]["pay_time"])
    assert newest.unique().tolist() == [pd.Timestamp("2026-02-02")]


def test_split_is_exact() -> None:
    """Parts are at least 1 and add up."""
    totals, rows = [7, 1, 1_000_003], [3, 1, 5]
    weights = [0.1, 9.0, 0.1, 1.0, *[1.0] * 5]
    parts = split_exactly(*(pd.array(values).to_numpy() for values in (totals, rows, weights)))
    assert parts.min() >= 1
    assert [parts[:3].sum(), parts[3], parts[4:].sum()] == totals


def _shops() -> list[tuple[str, int, pa.RecordBatch]]:
    return list(snapshots(Plan()))
