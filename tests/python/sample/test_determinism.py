"""The same seed gives the same rows, however the days are cut and wherever they go."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa

from dev.sample.generate import Plan
from loader.settings import DuckDBAddress

from .source_rows import FEEDS, as_text, collect, frame, local_dates, read, write

PLAN = Plan(first=date(2025, 12, 29), last=date(2026, 1, 4), scale=0.1)


def test_twice_the_same() -> None:
    """The same plan gives the same rows."""
    assert collect(PLAN) == collect(PLAN)


def test_another_seed_gives_other_rows() -> None:
    """Another seed changes them."""
    assert collect(PLAN) != collect(replace(PLAN, seed=PLAN.seed + 1))


def test_two_halves_are_the_whole() -> None:
    """A range cut in two gives the rows of the whole range."""
    middle = date(2025, 12, 31)
    first = collect(replace(PLAN, last=middle))
    second = collect(replace(PLAN, first=middle + timedelta(days=1)))
    halves: dict[tuple[str, int], pa.Table] = {}
    for key in first.keys() | second.keys():
        halves[key] = pa.concat_tables([part[key] for part in (first, second) if key in part])
    whole = collect(PLAN)
    assert halves.keys() == whole.keys()
    assert all(halves[key].equals(whole[key]) for key in whole)


def test_fewer_stores_are_a_part_of_all_stores() -> None:
    """The rows of a store do not depend on how many stores there are."""
    three = frame(collect(replace(PLAN, stores=3)), "trades")
    ten = frame(collect(PLAN), "trades")
    others = ten[~ten["order_no"].isin(three["order_no"])]
    assert len(three) + len(others) == len(ten)
    assert set(others["dept_id"]) == {20010, 1140, 1141, 20027, 20031, 20032}


def test_quantities_do_not_depend_on_the_scale() -> None:
    """Daily consumption is the same however many postings it has."""

    def consumed(scale: float) -> pd.Series:
        rows = frame(collect(replace(PLAN, scale=scale)), "stock_changes")
        rows = rows[rows["reason_code"].isin(["025", "1001", "1002"])]
        rows = rows[rows["total_adjust_num"] < 0].assign(day=local_dates(rows["create_time"]))
        return rows.groupby(["dept_id", "goods_code", "day"])["total_adjust_num"].sum()

    pd.testing.assert_series_equal(consumed(0.1), consumed(0.5))


def test_a_written_file_holds_the_same_rows(tmp_path: Path) -> None:
    """A DuckDB file holds what was generated."""
    plan = replace(PLAN, first=date(2026, 1, 3))
    write(plan, DuckDBAddress(tmp_path / "sources.duckdb"))
    collected = collect(plan)
    for name in {feed for feed, _ in collected}:
        expected = frame(collected, name)
        found = read(tmp_path / "sources.duckdb", FEEDS[name])
        pd.testing.assert_frame_equal(as_text(found), as_text(expected))


def test_until_shows_the_sources_as_they_stood() -> None:
    """Late posts and refunds of later days are not there yet."""
    evening = date(2026, 1, 2)
    earlier, later = collect(replace(PLAN, until=evening)), collect(PLAN)
    stock_then, stock_now = frame(earlier, "stock_changes"), frame(later, "stock_changes")
    assert set(stock_then["id"]) < set(stock_now["id"])
    posted_later = stock_now[
        ~stock_now["id"].isin(stock_then["id"])
        & (local_dates(stock_now["create_time"]) <= pd.Timestamp(evening))
    ]
    assert len(posted_later) > 0

    then = frame(earlier, "trades").set_index("order_no")
    now = frame(later, "trades").set_index("order_no").loc[then.index]
    changed = now["order_status"] != then["order_status"]
    assert changed.any()
    assert (then.loc[changed, "order_status"] == 9).all()
    assert (now.loc[changed, "order_status"] == 4).all()
    assert (local_dates(now.loc[changed, "update_time"]) > pd.Timestamp(evening)).all()
    assert now.loc[~changed].equals(then.loc[~changed])
