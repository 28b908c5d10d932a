"""Small networks written out by hand, for tests that a reader checks by head."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd

from tests.python.oracle.values import object_frame

from .baselines import METHODS, Baseline, Baselines, Judgement, compute_baselines
from .flags import Verdict
from .kpis import FEEDS, DailyRow, daily_metrics
from .numeric import multiplier, transformed
from .raw_columns import COLUMNS
from .seeds import (
    AlertRule,
    Kpi,
    Limits,
    Minimum,
    SeverityRule,
    StoreRow,
    StoreSeeds,
)
from .series import StoreSeries
from .stores import Store

NEW_YORK = ZoneInfo("America/New_York")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
# A Monday; New York is five hours behind UTC until 8 March.
START = date(2026, 2, 2)
ONE, TWO, WEST = 1, 2, 3
# A day on which nothing is new any more.
MATURE = 100

LIMITS = Limits(warning_k=0.5, warning_h=5, critical_k=1, critical_h=4)
# name: dimension, polarity, transform, can_page
KPIS = {
    "revenue": ("revenue", "higher_is_better", "log", True),
    "order_count": ("revenue", "higher_is_better", "log", True),
    "aov": ("revenue", "higher_is_better", "log", False),
    "revenue_wow_pct": ("revenue", "higher_is_better", "identity", False),
    "avg_production_seconds": ("operations", "lower_is_better", "log", True),
    "p95_production_seconds": ("operations", "lower_is_better", "log", False),
    "orders_per_labor_hour": ("operations", "two_sided", "log", False),
    "peak_hour_utilization_pct": ("operations", "two_sided", "identity", False),
    "expiry_incident_count": ("quality", "lower_is_better", "sqrt", True),
    "qc_completion_pct": ("quality", "higher_is_better", "identity", False),
    "waste_pct": ("quality", "lower_is_better", "identity", False),
    "days_since_qc_fail": ("quality", "higher_is_better", "identity", False),
    "staff_hours": ("staffing", "two_sided", "log", True),
    "attendance_pct": ("staffing", "higher_is_better", "identity", False),
    "hours_per_order": ("staffing", "two_sided", "log", False),
    "late_arrival_count": ("staffing", "lower_is_better", "sqrt", True),
    "unique_customers": ("customer", "higher_is_better", "log", True),
    "new_customer_pct": ("customer", "two_sided", "identity", False),
    "peak_hour_order_pct": ("customer", "two_sided", "identity", False),
    "items_per_order": ("customer", "higher_is_better", "identity", False),
}
MINIMUMS = {
    "rolling_28d": Minimum(14, 0),
    "same_dow_8wk": Minimum(4, 0),
    "reference": Minimum(28, 0),
    "dow_adjusted": Minimum(14, 4),
}
# rule: family, severity, threshold, days, within days, weight
RULES: tuple[tuple[str, str, str, float | None, int, int, float | None], ...] = (
    ("executive_health", "health", "CRITICAL", 40, 2, 2, 60),
    ("low_health", "health", "CRITICAL", 60, 2, 2, 60),
    ("no_activity_again", "no_activity", "CRITICAL", None, 2, 2, None),
    ("critical_cusum", "kpi", "CRITICAL", None, 1, 1, None),
    ("repeated_critical_flag", "kpi", "CRITICAL", None, 2, 3, None),
    ("no_activity", "no_activity", "WARNING", None, 1, 1, None),
    ("warning_cusum", "kpi", "WARNING", None, 1, 1, None),
    ("critical_flag", "kpi", "WARNING", None, 1, 1, None),
    ("two_rules", "kpi", "WARNING", 2, 1, 1, None),
)
Z_CURVE = ((-6, 0), (-3, 50), (-2, 65), (-1, 78), (0, 85), (1, 92), (2, 100))


def on(offset: int) -> date:
    """Return a date by its distance from START."""
    return START + timedelta(days=offset)


def kpi(metric_name: str) -> Kpi:
    """Return a KPI; only days_since_qc_fail is not charted."""
    dimension, polarity, transform, can_page = KPIS[metric_name]
    is_charted = metric_name != "days_since_qc_fail"
    return Kpi(
        metric_name=metric_name,
        dimension=dimension,
        polarity=polarity,
        transform=transform,
        is_charted=is_charted,
        default_method="dow_adjusted" if is_charted else "",
        weight=25,
        can_page=can_page,
        limits=LIMITS,
    )


def store_row(
    peer_group: str | None = "group",
    time_zone: ZoneInfo = NEW_YORK,
    closed_on: date | None = None,
    hourly_capacity: float | None = 10,
) -> StoreRow:
    """Return a row of the stores seed, at 40° north and 74° west."""
    return StoreRow(time_zone, peer_group, closed_on, 40.0, -74.0, hourly_capacity)


def seeds() -> StoreSeeds:
    """Return seeds with three stores, one of them western, and no holiday or incident."""
    return StoreSeeds(
        excluded_depts=frozenset({1131}),
        excluded_shops=frozenset({"US99998"}),
        stores={ONE: store_row(), TWO: store_row(), WEST: store_row(time_zone=LOS_ANGELES)},
        statuses={
            "trades": {1: "unpaid", 2: "valid", 3: "valid", 4: "cancelled"},
            "expiry_records": {1: "used", 2: "expired"},
            "qc_tasks": {1: "open", 2: "done", 3: "failed"},
        },
        holidays=frozenset(),
        incidents={},
        kpis=tuple(map(kpi, KPIS)),
        dimension_weights={
            "revenue": 40,
            "operations": 20,
            "quality": 15,
            "staffing": 15,
            "customer": 10,
        },
        minimums={(name, method): MINIMUMS[method] for name in KPIS for method in METHODS},
        reference_periods={},
        limit_overrides={},
        severity_rules=(
            SeverityRule("INFO", 1.5, 1),
            SeverityRule("WARNING", 2, 2),
            SeverityRule("CRITICAL", 3, 3),
        ),
        alert_rules={
            rule_id: AlertRule(
                rule_id, priority, family, severity, threshold, min_days, within_days, weight
            )
            for priority, (
                rule_id,
                family,
                severity,
                threshold,
                min_days,
                within_days,
                weight,
            ) in enumerate(RULES, start=1)
        },
        curves={"z": Z_CURVE, "days_since_qc_fail": ((0, 40), (10, 60), (60, 100))},
        grades={
            "weighted_z": ((0, "F"), (60, "D"), (70, "C"), (80, "B"), (90, "A")),
            "percentile": ((0, "F"), (20, "D"), (40, "C"), (60, "B"), (80, "A")),
        },
        percentile_weights={"revenue": 40, "order_count": 30, "aov": 15, "trend": 15},
    )


def store(
    shop_no: str = "S1",
    opened: int = 0,
    peer_group: str | None = "group",
    closed: int | None = None,
    place: tuple[float, float] | None = (40.0, -74.0),
) -> Store:
    """Return a store by the distances of its opening and closing from START."""
    return Store(
        shop_no=shop_no,
        dept_id=ONE,
        peer_group=peer_group,
        time_zone=NEW_YORK,
        open_date=on(opened),
        closed_on=None if closed is None else on(closed),
        hourly_capacity=10,
        latitude=place[0] if place else None,
        longitude=place[1] if place else None,
    )


def series(
    values: Sequence[float | None],
    of: Store | None = None,
    metric_name: str = "attendance_pct",
    blocked: Mapping[int, str] | None = None,
) -> StoreSeries:
    """Return a series whose first value is that of the opening date.

    Args:
        values: one per day, None for a missing one.
        of: the store.
        metric_name: the KPI; attendance_pct has the identity as its transform.
        blocked: reasons by position, beside those of missing values.
    """
    owner = of or store()
    days = [owner.open_date + timedelta(days=offset) for offset in range(len(values))]
    reasons = {days[position]: reason for position, reason in (blocked or {}).items()}
    measured = {day: value for day, value in zip(days, values, strict=True) if value is not None}
    missing = {day: "missing_value" for day in days if day not in measured}
    reasons = missing | reasons
    plain = {day: value for day, value in measured.items() if day not in reasons}
    scaled = {
        day: scaled_value
        for day, value in plain.items()
        if (scaled_value := transformed(kpi(metric_name).transform, value)) is not None
    }
    return StoreSeries(owner, kpi(metric_name), tuple(days), measured, reasons, plain, scaled)


def judged(some: Iterable[StoreSeries], using: StoreSeeds | None = None) -> Baselines:
    """Judge series up to the last day that one of them has."""
    listed = list(some)
    as_of = max(day for one in listed for day in one.days)
    return compute_baselines(listed, using or seeds(), as_of)


def verdict(
    z: float,
    *rules: int,
    metric_name: str = "revenue",
    day: int = MATURE,
    method: str = "dow_adjusted",
    entity: tuple[str, str] = ("store", "S1"),
) -> Verdict:
    """Return a verdict on 56 points.

    Args:
        z: the calibrated z.
        rules: the sides of the rules, from the first one on.
        metric_name: the KPI.
        day: distance from START.
        method: the method used.
        entity: type and name.
    """
    score = math.copysign(multiplier(abs(z), 56), z)
    judgement = Judgement(
        entity_type=entity[0],
        entity=entity[1],
        kpi=kpi(metric_name),
        day=on(day),
        method=method,
        metric_value=1.0,
        value=score,
        scale="identity",
        baseline=Baseline(56, 8, 0.0, 1.0),
        reason=None,
    )
    sides = (*rules, *(0,) * (5 - len(rules)))
    return Verdict(judgement, sides, is_default=method == "dow_adjusted")


@dataclass
class HandMadeRaw:
    """Raw tables under construction: one western store and two eastern ones, open on START."""

    shops: list[list[object]] = field(
        default_factory=lambda: [[f"S{number}", "Shop", 1, START] for number in (ONE, TWO, WEST)]
    )
    shop_depts: list[list[object]] = field(
        default_factory=lambda: [[f"S{number}", number] for number in (ONE, TWO, WEST)]
    )
    rows: dict[str, list[list[object]]] = field(
        default_factory=lambda: {feed: [] for feed in FEEDS}
    )
    not_loaded: set[tuple[str, date]] = field(default_factory=set)
    loaded_days: int = 60

    def order(
        self,
        paid_at: datetime | None,
        pay: str | None = "5",
        member: str | None = None,
        *,
        status: int | None = 2,
        dept_id: int | None = ONE,
    ) -> str:
        """Add an order, paid in UTC, and return its number."""
        order_no = f"T{len(self.rows['trades']) + 1}"
        amount = None if pay is None else Decimal(pay)
        self.rows["trades"].append([order_no, dept_id, member, status, amount, paid_at, paid_at])
        return order_no

    def item(self, order_no: str, created_at: datetime | None, quantity: int | None = 1) -> None:
        """Add an item of an order."""
        self._add("trade_items", order_no, "I1", "Latte", quantity, Decimal(1), created_at)

    def production(self, start: datetime | None, end: datetime | None, dept_id: int = ONE) -> None:
        """Add a production order."""
        self._add("production_orders", "T1", dept_id, start, end)

    def expiry(
        self,
        prepared: datetime,
        expires: datetime | None,
        quantity: int | None = 1,
        status: int | None = 2,
    ) -> None:
        """Add goods that were prepared, expired by default."""
        self._add("expiry_records", ONE, "Oat milk", quantity, prepared, expires, status)

    def qc_task(self, created: datetime, status: int | None = 2) -> None:
        """Add a quality task, done by default."""
        self._add("qc_tasks", ONE, "Cleaning", status, created, None)

    def shift(self, start: datetime, clock_in: datetime | None, clock_out: datetime | None) -> None:
        """Add a shift of eight hours."""
        end = start + timedelta(hours=8)
        self._add("attendance", 7, ONE, start, end, clock_in, clock_out)

    def _add(self, feed: str, *row: object) -> None:
        self.rows[feed].append([len(self.rows[feed]) + 1, *row])

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the raw frames."""
        rows = {"shops": self.shops, "shop_depts": self.shop_depts, **self.rows}
        return {feed: object_frame(of_feed, COLUMNS[feed]) for feed, of_feed in rows.items()}

    def coverage(self) -> set[tuple[str, date]]:
        """Return what is loaded: everything for some days, but for `not_loaded`."""
        everything = {(feed, on(offset)) for feed in FEEDS for offset in range(self.loaded_days)}
        return everything - self.not_loaded

    def daily(self, as_of: date, using: StoreSeeds | None = None) -> dict[str, list[DailyRow]]:
        """Return the rows of store_daily_metrics by shop."""
        rows = daily_metrics(self.tables(), using or seeds(), self.coverage(), as_of)
        return {one.shop_no: of_store for one, of_store in rows.items()}
