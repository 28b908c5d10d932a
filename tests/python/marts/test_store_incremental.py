"""The store half built night by night ends where a full refresh would.

The tests of an engine share one warehouse and leave it as their own full refresh made it.
"""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from tests.python.marts.compare_tables import assert_snapshots_equal, changed_keys, snapshot
from tests.python.marts.conftest import NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse, windows
from tests.python.marts.test_store_marts_match_oracle import SEED
from tests.python.oracle.store.network import write_seeds
from tests.python.oracle.store.random_case import StoreCase, random_store_case

SEEDS = PROJECT_ROOT / "seeds"


class Scene:
    """A warehouse built up to some days before the end of the random case."""

    def __init__(self, warehouse: Warehouse, case: StoreCase) -> None:
        """Load the case and build all but its last ten days."""
        self.warehouse = warehouse
        self.raw = dict(case.raw)
        self.as_of = case.as_of
        write_seeds(SEEDS, warehouse.folder / "seeds")
        warehouse.load(self.raw, windows(case.coverage))
        warehouse.build(case.as_of - timedelta(days=10))

    def write(self, feed: str, rows: pd.DataFrame, touched_from: date) -> None:
        """Replace the rows of a feed and log that they changed from a date on."""
        self.raw[feed] = rows.reset_index(drop=True)
        self.warehouse.write(feed, self.raw[feed])
        self.warehouse.record_load(feed, touched_from, [(touched_from, touched_from)])

    def build_both_ways(self, as_of: date) -> dict[str, pd.DataFrame]:
        """Build, compare every table with a full refresh, and return them."""
        self.warehouse.build(as_of)
        incremental = snapshot(self.warehouse)
        self.warehouse.build(as_of, "--full-refresh")
        assert_snapshots_equal(self.warehouse, incremental, snapshot(self.warehouse))
        return incremental


@pytest.fixture(scope="module")
def scene(new_warehouse: NewWarehouse, engine: str) -> Scene:
    """Return the scene on one engine."""
    return Scene(new_warehouse(engine, "store"), random_store_case(SEED))


def local_day(trades: pd.DataFrame) -> pd.Series:
    """Return the UTC dates of payments; around noon they are those of New York too."""
    return trades["pay_time"].map(lambda at: None if at is None else at.date())


def test_new_days_and_rows_that_changed_behind_them(scene: Scene) -> None:
    """Late, corrected and deleted orders, a feed that came later, and what follows from them."""
    touched = scene.as_of - timedelta(days=45)
    trades = scene.raw["trades"]
    days = local_day(trades)
    recent = trades[days.map(lambda day: day is not None and day > touched)]
    gone = recent.index[:40]
    cancelled = recent.index[40:80]
    status = trades["order_status"].mask(trades.index.isin(cancelled), 4)
    trades = trades.assign(order_status=status)
    newest = days.map(lambda day: day is not None and day > scene.as_of - timedelta(days=20))
    late = trades[newest].head(10).copy()
    late["order_no"] = late["order_no"] + "-late"
    late["pay_time"] = late["pay_time"] - timedelta(days=20)
    scene.write("trades", pd.concat([trades.drop(index=gone), late]), touched)

    shifts = scene.raw["attendance"]
    behind = shifts["shift_start"].map(lambda at: at is not None and at.date() > touched)
    scene.write("attendance", shifts.drop(index=shifts[behind].index[:15]), touched)
    scene.warehouse.record_load("production_orders", touched, [(touched, scene.as_of)])

    scene.build_both_ways(scene.as_of - timedelta(days=3))


def test_a_late_order_changes_the_days_whose_frames_hold_it_and_no_others(scene: Scene) -> None:
    """Its own day and the week after it in the KPIs; nothing before it anywhere."""
    as_of = scene.as_of - timedelta(days=3)
    before = snapshot(scene.warehouse)
    trades = scene.raw["trades"]
    # At 16:00 UTC every store that is judged has the same date as UTC.
    noon = trades["pay_time"].map(lambda at: at is not None and at.hour == 16)
    days = local_day(trades)
    counted = trades[
        noon
        & (trades["order_status"] == 9)
        & days.map(lambda day: day == scene.as_of - timedelta(days=30))
    ]
    day = counted["pay_time"].iloc[0].date()
    late = counted.head(1).assign(
        order_no="LATE-1",
        member_no=None,
        pay_money=lambda rows: rows["pay_money"].map(lambda _: Decimal("5.0000")),
    )
    scene.write("trades", pd.concat([trades, late]), day)

    after = scene.build_both_ways(as_of)

    def changed_days(table: str) -> set[date]:
        keys = changed_keys(scene.warehouse, table, before[table], after[table])
        return {date.fromisoformat(str(key[0])) for key in keys}

    assert changed_days("store_daily_metrics") == {day, day + timedelta(days=7)}
    limits = changed_days("store_spc_control_limits")
    assert min(limits) == day
    # Ten weeks of the weekday mean, and seventy days of residuals behind each of them.
    assert max(limits) <= min(as_of, day + timedelta(days=140))


def test_an_earlier_as_of_date_and_an_edited_seed(scene: Scene) -> None:
    """A night that is run again ends as it did then, also with another holiday."""
    holidays = scene.warehouse.folder / "seeds" / "holidays.csv"
    holidays.write_text(
        holidays.read_text() + f"{scene.as_of - timedelta(days=60)},Fair,市集\n", encoding="utf-8"
    )
    scene.build_both_ways(scene.as_of - timedelta(days=12))
