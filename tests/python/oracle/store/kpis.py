"""store_daily_metrics in plain Python: one bag of events per store and date, then twenty KPIs."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal, localcontext

import pandas as pd

from tests.python.oracle.values import EXACT, instant, integer, quantity, text

from .seeds import StoreSeeds
from .stores import Located, Store, counted_stores, locate, located_rows, records

FEEDS = (
    "attendance",
    "expiry_records",
    "production_orders",
    "qc_tasks",
    "trade_items",
    "trades",
)
LATE_AFTER = timedelta(minutes=15)
ITEM_DAYS_BEFORE, ITEM_DAYS_AFTER = 7, 1
HIGH_PERCENT = 95

Coverage = Collection[tuple[str, date]]
DayKey = tuple[str, date]
Metrics = dict[str, float | None]


@dataclass
class StoreDay:
    """Everything that counts on one date of one store."""

    paid: Decimal = Decimal(0)
    orders: set[str] = field(default_factory=set)
    hours: Counter[int] = field(default_factory=Counter)
    members: set[str] = field(default_factory=set)
    new_members: set[str] = field(default_factory=set)
    item_quantity: int = 0
    production_seconds: list[float] = field(default_factory=list)
    expired_quantity: int = 0
    prepared_quantity: int = 0
    qc_tasks: int = 0
    qc_finished: int = 0
    shifts: int = 0
    attended: int = 0
    late: int = 0
    worked_seconds: float = 0.0


@dataclass(frozen=True)
class DailyRow:
    """One row of store_daily_metrics."""

    store: Store
    metric_date: date
    missing_sources: tuple[str, ...]
    metrics: Metrics

    @property
    def has_trades(self) -> bool:
        """Whether the orders of the date are loaded."""
        return "trades" not in self.missing_sources

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return {
            "shop_no": self.store.shop_no,
            "metric_date": self.metric_date,
            "missing_sources": ",".join(self.missing_sources) or None,
            **self.metrics,
        }


def daily_metrics(
    raw: Mapping[str, pd.DataFrame], seeds: StoreSeeds, coverage: Coverage, as_of: date
) -> dict[Store, list[DailyRow]]:
    """Compute every row of store_daily_metrics, in order of date per store.

    Args:
        raw: the raw tables by feed name.
        seeds: the seeds.
        coverage: the pairs of feed and business date that are fully loaded.
        as_of: last business date that counts.
    """
    stores = counted_stores(raw, seeds)
    loaded = frozenset(coverage)
    days: dict[DayKey, StoreDay] = defaultdict(StoreDay)
    failed_on: dict[str, set[date]] = defaultdict(set)
    _add_trades(raw, stores, seeds, days)
    _add_production(raw["production_orders"], stores, days)
    _add_expiry(raw["expiry_records"], stores, seeds, days)
    _add_qc_tasks(raw["qc_tasks"], stores, seeds, days, failed_on)
    _add_attendance(raw["attendance"], stores, days)

    rows: dict[Store, list[DailyRow]] = {}
    for store in sorted(stores.values(), key=lambda store: store.shop_no):
        rows[store] = []
        revenues: dict[date, float | None] = {}
        for day in store.days(as_of):
            missing = tuple(feed for feed in FEEDS if (feed, day) not in loaded)
            metrics = _metrics(
                days[(store.shop_no, day)],
                missing,
                store.hourly_capacity,
                revenues.get(day - timedelta(days=7)),
                _days_since(failed_on[store.shop_no], day),
            )
            revenues[day] = metrics["revenue"]
            rows[store].append(DailyRow(store, day, missing, metrics))
    return rows


def _add_trades(
    raw: Mapping[str, pd.DataFrame],
    stores: Mapping[int, Store],
    seeds: StoreSeeds,
    days: dict[DayKey, StoreDay],
) -> None:
    """Collect valid orders with their members and items."""
    orders: dict[str, Located] = {}
    for trade in located_rows(raw["trades"], stores, "pay_time"):
        order_no = text(trade.record["order_no"])
        if order_no is not None and _role(seeds, "trades", trade.record["order_status"]) == "valid":
            orders[order_no] = trade

    first_on: dict[str, date] = {}
    for trade in orders.values():
        member = text(trade.record["member_no"])
        if member is not None:
            first_on[member] = min(trade.day, first_on.get(member, trade.day))

    for order_no, trade in orders.items():
        events = days[(trade.store.shop_no, trade.day)]
        member = text(trade.record["member_no"])
        with localcontext(EXACT):
            events.paid += quantity(trade.record["pay_money"]) or 0
        events.orders.add(order_no)
        events.hours[trade.local_at.hour] += 1
        if member is not None:
            events.members.add(member)
            if first_on[member] == trade.day:
                events.new_members.add(member)

    for record in records(raw["trade_items"]):
        order = orders.get(text(record["order_no"]) or "")
        item = None if order is None else locate(record, order.store, "create_time")
        if order is None or item is None:
            continue
        if -ITEM_DAYS_BEFORE <= (item.day - order.day).days <= ITEM_DAYS_AFTER:
            events = days[(order.store.shop_no, order.day)]
            events.item_quantity += integer(record["quantity"]) or 0


def _add_production(
    frame: pd.DataFrame, stores: Mapping[int, Store], days: dict[DayKey, StoreDay]
) -> None:
    for row in located_rows(frame, stores, "start_time"):
        seconds = _seconds(row.record["start_time"], row.record["end_time"])
        if seconds is not None and seconds >= 0:
            days[(row.store.shop_no, row.day)].production_seconds.append(seconds)


def _add_expiry(
    frame: pd.DataFrame,
    stores: Mapping[int, Store],
    seeds: StoreSeeds,
    days: dict[DayKey, StoreDay],
) -> None:
    for row in located_rows(frame, stores, "prepared_time"):
        role = _role(seeds, "expiry_records", row.record["status"])
        if role is None:
            continue
        units = integer(row.record["quantity"]) or 0
        days[(row.store.shop_no, row.day)].prepared_quantity += units
        seconds = _seconds(row.record["prepared_time"], row.record["expiry_date"])
        expires_at = instant(row.record["expiry_date"])
        if role == "expired" and expires_at is not None and seconds is not None and seconds >= 0:
            expired_on = row.store.local(expires_at).date()
            days[(row.store.shop_no, expired_on)].expired_quantity += units


def _add_qc_tasks(
    frame: pd.DataFrame,
    stores: Mapping[int, Store],
    seeds: StoreSeeds,
    days: dict[DayKey, StoreDay],
    failed_on: dict[str, set[date]],
) -> None:
    for row in located_rows(frame, stores, "create_time"):
        role = _role(seeds, "qc_tasks", row.record["status"])
        if role is None:
            continue
        events = days[(row.store.shop_no, row.day)]
        events.qc_tasks += 1
        events.qc_finished += role in ("done", "failed")
        if role == "failed":
            failed_on[row.store.shop_no].add(row.day)


def _add_attendance(
    frame: pd.DataFrame, stores: Mapping[int, Store], days: dict[DayKey, StoreDay]
) -> None:
    for row in located_rows(frame, stores, "shift_start"):
        events = days[(row.store.shop_no, row.day)]
        started, clock_in = instant(row.record["shift_start"]), instant(row.record["clock_in"])
        events.shifts += 1
        if started is not None and clock_in is not None:
            events.attended += 1
            events.late += clock_in > started + LATE_AFTER
        worked = _seconds(row.record["clock_in"], row.record["clock_out"])
        if worked is not None and worked >= 0:
            events.worked_seconds += worked


def _metrics(
    events: StoreDay,
    missing: Collection[str],
    hourly_capacity: float | None,
    revenue_last_week: float | None,
    days_since_qc_fail: int | None,
) -> Metrics:
    """Compute the twenty KPIs of a day, None where a feed that they need is missing."""
    revenue = float(events.paid)
    orders = len(events.orders)
    busiest = max(events.hours.values(), default=0)
    customers = len(events.members)
    hours = events.worked_seconds / 3600
    seconds = sorted(events.production_seconds)

    def known(value: float | None, *feeds: str) -> float | None:
        return None if any(feed in missing for feed in feeds) else value

    change = None
    if revenue_last_week:
        change = 100 * (revenue - revenue_last_week) / revenue_last_week
    return {
        "revenue": known(revenue, "trades"),
        "order_count": known(orders, "trades"),
        "aov": known(_ratio(revenue, orders), "trades"),
        "revenue_wow_pct": known(change, "trades"),
        "avg_production_seconds": known(
            _ratio(math.fsum(seconds), len(seconds)), "production_orders"
        ),
        "p95_production_seconds": known(_high_percentile(seconds), "production_orders"),
        "orders_per_labor_hour": known(_ratio(orders, hours), "trades", "attendance"),
        "peak_hour_utilization_pct": known(_percent(busiest, hourly_capacity), "trades"),
        "expiry_incident_count": known(events.expired_quantity, "expiry_records"),
        "qc_completion_pct": known(_percent(events.qc_finished, events.qc_tasks), "qc_tasks"),
        "waste_pct": known(
            _percent(events.expired_quantity, events.prepared_quantity), "expiry_records"
        ),
        "days_since_qc_fail": known(days_since_qc_fail, "qc_tasks"),
        "staff_hours": known(hours, "attendance"),
        "attendance_pct": known(_percent(events.attended, events.shifts), "attendance"),
        "hours_per_order": known(_ratio(hours, orders), "trades", "attendance"),
        "late_arrival_count": known(events.late, "attendance"),
        "unique_customers": known(customers, "trades"),
        "new_customer_pct": known(_percent(len(events.new_members), customers), "trades"),
        "peak_hour_order_pct": known(_percent(busiest, orders), "trades"),
        "items_per_order": known(_ratio(events.item_quantity, orders), "trades", "trade_items"),
    }


def _high_percentile(ascending: list[float]) -> float | None:
    """Return the smallest value that at least 95 % of the values do not exceed."""
    for position, value in enumerate(ascending, start=1):
        if 100 * position >= HIGH_PERCENT * len(ascending):
            return value
    return None


def _days_since(failed_on: Collection[date], day: date) -> int | None:
    return min(((day - failed).days for failed in failed_on if failed <= day), default=None)


def _role(seeds: StoreSeeds, feed: str, status: object) -> str | None:
    code = integer(status)
    return None if code is None else seeds.statuses.get(feed, {}).get(code)


def _seconds(start: object, end: object) -> float | None:
    first, last = instant(start), instant(end)
    return None if first is None or last is None else (last - first).total_seconds()


def _ratio(numerator: float, denominator: float | None) -> float | None:
    return numerator / denominator if denominator else None


def _percent(part: float, whole: float | None) -> float | None:
    return _ratio(100 * part, whole)
