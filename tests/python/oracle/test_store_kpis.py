"""Every KPI on rows that a reader counts by head."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest

from tests.python.oracle.store.hand_made import START, TWO, WEST, HandMadeRaw, on, seeds, store_row
from tests.python.oracle.store.kpis import DailyRow
from tests.python.oracle.store.stores import counted_stores

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def at(hour: int, minute: int = 0, day: date = START) -> datetime:
    """Return a time in UTC by its local hour in New York, five hours behind."""
    return datetime.combine(day, time()) + timedelta(hours=hour + 5, minutes=minute)


def first_day(raw: HandMadeRaw) -> DailyRow:
    """Return the row of the first store and day."""
    return raw.daily(START)["S1"][0]


def metric(raw: HandMadeRaw, name: str) -> float | None:
    """Return one KPI of the first store and day."""
    return first_day(raw).metrics[name]


def test_a_day_without_rows_is_zero_where_it_is_a_sum() -> None:
    """Averages, shares and changes are NULL, and so is the time since a failure never seen."""
    row = first_day(HandMadeRaw())
    assert row.missing_sources == ()
    zero = {
        "revenue",
        "order_count",
        "peak_hour_utilization_pct",
        "expiry_incident_count",
        "staff_hours",
        "late_arrival_count",
        "unique_customers",
    }
    assert {name for name, value in row.metrics.items() if value == 0} == zero
    assert all(value is None for name, value in row.metrics.items() if name not in zero)


def test_valid_orders() -> None:
    """NULL payment counts as nothing paid; other and unknown statuses and unpaid do not count."""
    raw = HandMadeRaw()
    raw.order(at(9), "4.5")
    raw.order(at(9, 59), None, status=3)
    raw.order(at(10), "3")
    for status in (1, 4, 77, None):
        raw.order(at(11), "100", status=status)
    raw.order(None, "100")
    metrics = first_day(raw).metrics
    assert (metrics["revenue"], metrics["order_count"], metrics["aov"]) == (7.5, 3, 2.5)
    assert metrics["peak_hour_utilization_pct"] == 20
    assert metrics["peak_hour_order_pct"] == pytest.approx(200 / 3)


def test_the_busiest_hour_counts_both_hours_that_clocks_repeat() -> None:
    """On 1 November 2026 05:30 and 06:30 UTC are both half past one."""
    day = date(2026, 11, 1)
    raw = HandMadeRaw(loaded_days=300)
    for hour in (5, 6):
        raw.order(datetime(2026, 11, 1, hour, 30))
    raw.order(datetime(2026, 11, 1, 7, 30))
    metrics = raw.daily(day)["S1"][-1].metrics
    assert metrics["order_count"] == 3
    assert metrics["peak_hour_order_pct"] == pytest.approx(200 / 3)


def test_no_capacity_no_utilization() -> None:
    """The share of the busiest hour stays."""
    raw = HandMadeRaw()
    raw.order(at(9))
    using = replace(seeds(), stores={1: store_row(hourly_capacity=None)})
    metrics = raw.daily(START, using)["S1"][0].metrics
    assert metrics["peak_hour_utilization_pct"] is None
    assert metrics["peak_hour_order_pct"] == 100


def test_business_dates_are_local_and_follow_the_clocks() -> None:
    """8 March has 23 hours in New York and ends at 04:00 UTC; the western store is later."""
    raw = HandMadeRaw()
    second_sunday = date(2026, 3, 8)
    for paid_at in (datetime(2026, 3, 8, 5), datetime(2026, 3, 9, 3, 59, 59)):
        raw.order(paid_at)
    raw.order(datetime(2026, 3, 9, 4))
    raw.order(datetime(2026, 3, 9, 4), dept_id=WEST)
    rows = raw.daily(second_sunday + timedelta(days=1))
    assert [row.metrics["order_count"] for row in rows["S1"][-2:]] == [2, 1]
    assert [row.metrics["order_count"] for row in rows["S3"][-2:]] == [1, 0]


def test_change_from_a_week_ago() -> None:
    """NULL without a week ago, where it had no revenue, and where it was not loaded."""
    raw = HandMadeRaw()
    for day, pay in ((0, "8"), (1, "0"), (2, "5"), (7, "10"), (8, "10"), (9, "10"), (14, "5")):
        raw.order(at(9, day=on(day)), pay)
    raw.not_loaded.add(("trades", on(2)))
    changes = [row.metrics["revenue_wow_pct"] for row in raw.daily(on(14))["S1"]]
    assert changes[:7] == [None] * 7
    assert changes[7:10] == [25, None, None]
    assert changes[14] == -50


def test_production_times() -> None:
    """Unfinished and reversed ones are kept out; dated by their start."""
    raw = HandMadeRaw()
    raw.production(at(9), at(9) + 60 * SECOND)
    raw.production(at(23, 59), at(23, 59) + 120 * SECOND)
    raw.production(at(10), at(10))
    raw.production(at(10), None)
    raw.production(None, at(10))
    raw.production(at(10), at(10) - SECOND)
    metrics = first_day(raw).metrics
    assert metrics["avg_production_seconds"] == 60
    assert metrics["p95_production_seconds"] == 120


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (19, 19), (20, 19), (21, 20), (40, 38)])
def test_95th_percentile(count: int, expected: int) -> None:
    """The smallest value whose cumulative share reaches 0.95: 19 of 20, but 20 of 21."""
    raw = HandMadeRaw()
    for seconds in range(count, 0, -1):
        raw.production(at(9), at(9) + seconds * SECOND)
    assert metric(raw, "p95_production_seconds") == expected


def test_expired_goods() -> None:
    """Dated by their expiry, waste against what was prepared on that date in any known status."""
    raw = HandMadeRaw()
    raw.expiry(at(8), at(8, day=on(1)), 3)
    raw.expiry(at(8, day=on(1)), at(23, 59, day=on(1)), 2)
    raw.expiry(at(8, day=on(1)), at(8, day=on(2)), 8, status=1)
    raw.expiry(at(8, day=on(1)), at(8, day=on(1)), 40, status=9)
    raw.expiry(at(8, day=on(1)), at(8, day=on(1)), None)
    raw.expiry(at(8, day=on(1)), at(7, 59, day=on(1)), 10)
    raw.expiry(at(8, day=on(2)), None, 5)
    rows = [row.metrics for row in raw.daily(on(2))["S1"]]
    assert [row["expiry_incident_count"] for row in rows] == [0, 5, 0]
    assert [row["waste_pct"] for row in rows] == [0, 25, 0]


def test_quality_tasks() -> None:
    """A failed task is finished too; an unknown status is kept out."""
    raw = HandMadeRaw()
    for status in (1, 2, 2, 3, 8, None):
        raw.qc_task(at(9, day=on(1)), status)
    raw.qc_task(at(9, day=on(3)), 3)
    raw.qc_task(at(9, day=on(9)), 3)
    rows = [row.metrics for row in raw.daily(on(5))["S1"]]
    assert [row["qc_completion_pct"] for row in rows] == [None, 75, None, 100, None, None]
    assert [row["days_since_qc_fail"] for row in rows] == [None, 0, 1, 0, 1, 2]


def test_shifts() -> None:
    """15 minutes are not late; hours need both times in order, attendance only the first."""
    raw = HandMadeRaw()
    start = at(8)
    raw.shift(start, start + 15 * MINUTE, start + 4 * HOUR + 15 * MINUTE)
    raw.shift(start, start + 15 * MINUTE + SECOND, None)
    raw.shift(start, None, start + 8 * HOUR)
    raw.shift(start, start + HOUR, start)
    raw.shift(at(23), at(22, 50), at(30, 50))
    metrics = first_day(raw).metrics
    assert metrics["staff_hours"] == 12
    assert metrics["attendance_pct"] == 80
    assert metrics["late_arrival_count"] == 2


def test_labour_against_orders() -> None:
    """Nobody at work leaves no orders per hour, no orders no hours per order."""
    raw = HandMadeRaw()
    for hour in (9, 10, 11):
        raw.order(at(hour))
    assert metric(raw, "orders_per_labor_hour") is None
    assert metric(raw, "hours_per_order") == 0
    raw.shift(at(8), at(8), at(14))
    assert metric(raw, "orders_per_labor_hour") == 0.5
    assert metric(raw, "hours_per_order") == 2


def test_customers() -> None:
    """Spaces do not make another member, and nobody is no member."""
    raw = HandMadeRaw()
    for member in ("A", " A ", "B", None, "", "  "):
        raw.order(at(9), member=member)
    raw.order(at(9), member="C", status=4)
    metrics = first_day(raw).metrics
    assert metrics["unique_customers"] == 2
    assert metrics["new_customer_pct"] == 100


def test_new_customers_are_new_to_the_chain() -> None:
    """Whoever orders at two stores on the first day is new at both; others know the chain."""
    raw = HandMadeRaw()
    raw.shops += [["US99998", "Kitchen", 1, START], ["S9", "Not open", 1, None]]
    raw.shop_depts += [["US99998", 9], ["S9", 10]]
    raw.order(at(9), member="BOTH")
    raw.order(at(15), member="BOTH", dept_id=TWO)
    raw.order(at(9), member="ONCE")
    raw.order(at(9), member="CANCELLED", status=4)
    for elsewhere in (9, 10, 77, None):
        raw.order(at(9), member="ELSEWHERE", dept_id=elsewhere)
    for member in ("BOTH", "ONCE", "CANCELLED", "ELSEWHERE"):
        raw.order(at(9, day=on(1)), member=member, dept_id=TWO)
    rows = raw.daily(on(1))
    assert [row.metrics["new_customer_pct"] for row in rows["S1"]] == [100, None]
    assert [row.metrics["new_customer_pct"] for row in rows["S2"]] == [100, 50]


def test_items_near_their_order() -> None:
    """Seven days before and one day after count, nothing farther, no item without an order."""
    raw = HandMadeRaw()
    middle = on(20)
    order_no = raw.order(at(23, 30, day=middle))
    raw.order(at(9, day=middle))
    for days, quantity in ((-8, 1), (-7, 2), (0, 4), (1, 8), (2, 16)):
        raw.item(order_no, at(0, day=middle + timedelta(days=days)), quantity)
    raw.item(order_no, None, 32)
    raw.item(order_no, at(0, day=middle), None)
    raw.item("UNKNOWN", at(0, day=middle), 64)
    raw.item(raw.order(at(9, day=middle), status=4), at(9, day=middle), 128)
    assert raw.daily(middle)["S1"][-1].metrics["items_per_order"] == 7


def test_a_feed_that_is_not_loaded_takes_its_kpis_with_it() -> None:
    """Rows that are there already are not believed; the sources are named."""
    needed = {
        "trades": 11,
        "trade_items": 1,
        "production_orders": 2,
        "expiry_records": 2,
        "qc_tasks": 2,
        "attendance": 5,
    }
    for feed, count in needed.items():
        raw = HandMadeRaw()
        for day in (0, 7):
            raw.item(raw.order(at(9, day=on(day)), member="A"), at(9, day=on(day)))
            raw.production(at(9, day=on(day)), at(10, day=on(day)))
            raw.expiry(at(8, day=on(day)), at(9, day=on(day)))
            raw.qc_task(at(9, day=on(day)), 3)
            raw.shift(at(8, day=on(day)), at(8, day=on(day)), at(9, day=on(day)))
        assert None not in raw.daily(on(7))["S1"][-1].metrics.values()
        raw.not_loaded = {(feed, on(7))}
        row = raw.daily(on(7))["S1"][-1]
        assert row.missing_sources == (feed,)
        assert list(row.metrics.values()).count(None) == count, feed


def test_missing_sources_are_listed_in_order() -> None:
    """Separated by commas, NULL when all are there."""
    raw = HandMadeRaw(not_loaded={("trades", START), ("attendance", START), ("qc_tasks", START)})
    rows = raw.daily(on(1))["S1"]
    listed = [row.as_record()["missing_sources"] for row in rows]
    assert listed == ["attendance,qc_tasks,trades", None]


def test_rows_from_opening_to_closing() -> None:
    """Both ends have a row; no store has one after the as-of date."""
    raw = HandMadeRaw()
    raw.shops[1][3] = on(2)
    raw.shops[2][3] = on(9)
    for day in range(-1, 7):
        raw.order(at(9, day=on(day)))
    using = replace(seeds(), stores=seeds().stores | {1: store_row(closed_on=on(3))})
    rows = raw.daily(on(4), using)
    assert {shop: len(of_shop) for shop, of_shop in rows.items()} == {"S1": 4, "S2": 3, "S3": 0}
    assert [row.metrics["order_count"] for row in rows["S1"]] == [1, 1, 1, 1]
    later = replace(seeds(), stores={1: store_row(closed_on=on(9))})
    assert len(raw.daily(on(4), later)["S1"]) == 5


def test_stores_that_count() -> None:
    """Not without a mapping, a shop, an opening date, or when excluded; codes are trimmed."""
    raw = HandMadeRaw(
        shops=[["S1 ", "", 1, START], ["S2", "", 1, None], ["US99998", "", 1, START]],
        shop_depts=[[" S1", 1], ["S2", 2], ["US99998", 3], ["S1", 1131], ["S8", 8], ["S1", None]],
    )
    raw.shops.append(["S5", "", 1, START])
    raw.shop_depts.append(["S5", 5])
    stores = counted_stores(raw.tables(), seeds())
    assert {dept_id: store.shop_no for dept_id, store in stores.items()} == {1: "S1", 5: "S5"}
    assert stores[5].peer_group is None and stores[5].time_zone.key == "America/New_York"
