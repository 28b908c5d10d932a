"""The stores of the random case, the story of each, and the seeds that go with them.

Days are counted from the first date of the case, which is 0.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.python.oracle.random_stores import LOS_ANGELES, NEW_YORK
from tests.python.oracle.random_stores import write_seeds as write_forecast_seeds
from tests.python.oracle.seeds import read_rows

from .kpis import FEEDS

# Both changes of clocks, Thanksgiving, Christmas and New Year's Day lie inside.
FIRST_DATE = date(2025, 9, 22)
DAYS = 190
AS_OF = FIRST_DATE + timedelta(days=DAYS - 1)

GROUP, ALONE = "manhattan", "coast"


@dataclass(frozen=True)
class Branch:
    """One department of the random case; orders are those of an ordinary day."""

    dept_id: int
    shop_no: str
    orders: float
    opens_on: int | None = 0
    closes_on: int | None = None
    time_zone: ZoneInfo = NEW_YORK
    peer_group: str = GROUP
    is_mapped: bool = True
    has_shop: bool = True
    capacity: int | None = 12

    def is_drawn(self, day: int) -> bool:
        """Tell whether rows are written; a day before the opening and after the closing too."""
        first = 0 if self.opens_on is None else max(0, self.opens_on - 1)
        last = DAYS + 1 if self.closes_on is None else self.closes_on + 1
        return first <= day <= last


EARLY = Branch(1127, "US00001", 18, opens_on=-10)
LASTING = Branch(1128, "US00002", 15)
SECOND = Branch(20008, "US00005", 12, opens_on=75)
TROUBLED = Branch(1140, "US00003", 14)
CLOSING = Branch(20010, "US00006", 12, closes_on=150)
STEADY = Branch(20031, "US00009", 13)
YOUNG = Branch(20011, "US00007", 12, opens_on=135, capacity=None)
NEWEST = Branch(20032, "US00010", 11, opens_on=DAYS - 1)
WESTERN = Branch(20027, "US00008", 11, time_zone=LOS_ANGELES, peer_group=ALONE)
COUNTED = (EARLY, LASTING, SECOND, TROUBLED, CLOSING, STEADY, YOUNG, NEWEST, WESTERN)
NOT_COUNTED = (
    Branch(1131, "US00031", 2),
    Branch(99001, "US99998", 2),
    Branch(30002, "US00040", 2, opens_on=None),
    Branch(77777, "US77777", 2, is_mapped=False),
    Branch(88888, "US88888", 2, has_shop=False),
)

# Feeds that are not loaded on these days, although some of their rows may be there.
NOT_LOADED: dict[str, tuple[int, ...]] = {
    "trades": (55, 60, 163),
    "trade_items": (33, 60, DAYS - 1),
    "production_orders": (60, *range(140, 152)),
    "expiry_records": (44, 60),
    "qc_tasks": (45, 60, 61),
    "attendance": (60, 108, 109),
}

INCIDENT = (76, 86)
HOLIDAY_INCIDENT = (94, 95)
NO_ORDERS = {TROUBLED: (150, 151), YOUNG: (140, 166), CLOSING: (94, 126), LASTING: (55,)}
FREE_DAY = 90
DISASTERS = {TROUBLED: range(120, 126), YOUNG: range(170, 174), EARLY: range(176, 182)}
CHAIN_DROP = range(172, DAYS)
SHARP_DROP = (112, 113)
OPPOSED = range(118, 159)
FLAWLESS_UNTIL = 150
CHEAP = range(160, 170)


def is_disaster(branch: Branch, day: int) -> bool:
    """Tell whether everything goes wrong."""
    return day in DISASTERS.get(branch, ())


def order_factor(branch: Branch, day: int) -> float:
    """Return the level of orders against an ordinary day."""
    factor = 1.0
    if branch.peer_group == GROUP and day in CHAIN_DROP:
        factor *= 0.6
    if branch == EARLY and 110 <= day <= 116:
        factor *= 0.5
    if branch == LASTING and day >= 100:
        factor *= 0.6
    if branch == STEADY and day in SHARP_DROP:
        factor *= 0.5
    if is_disaster(branch, day):
        factor *= 0.25
    return factor


def is_cheap(branch: Branch, day: int) -> bool:
    """Tell whether every order has the lowest price, while their number stays."""
    return branch == WESTERN and day in CHEAP


def production_factor(branch: Branch, day: int) -> float:
    """Return the level of production times against an ordinary day."""
    if branch == SECOND and 152 <= day <= 158:
        return 1.6
    return 3.0 if is_disaster(branch, day) else 1.0


def expiry_chance(branch: Branch, day: int) -> float:
    """Return the share of prepared goods that expire."""
    if branch == STEADY and 130 <= day <= 134:
        return 0.8
    return 1.0 if is_disaster(branch, day) else 0.2


def late_chance(branch: Branch, day: int) -> float:
    """Return the share of shifts that begin too late."""
    if branch == LASTING and 155 <= day <= 161:
        return 0.9
    if branch == WESTERN and day < FLAWLESS_UNTIL:
        return 0.0
    return 1.0 if is_disaster(branch, day) else 0.25


def absence_chance(branch: Branch, day: int) -> float:
    """Return the share of shifts without a clock-in, without a clock-out or with both reversed."""
    if branch == WESTERN and day < FLAWLESS_UNTIL:
        return 0.0
    return 0.5 if is_disaster(branch, day) else 0.06


def loaded(feeds: Sequence[str] = FEEDS) -> frozenset[tuple[str, date]]:
    """Return the pairs of feed and business date that are fully loaded, two days beyond the end."""
    return frozenset(
        (feed, FIRST_DATE + timedelta(days=day))
        for feed in feeds
        for day in range(DAYS + 2)
        if day not in NOT_LOADED[feed]
    )


def shop_rows() -> tuple[list[list[object]], list[list[object]]]:
    """Return the rows of the raw tables shops and shop_depts; some codes carry spaces."""
    branches = (*COUNTED, *NOT_COUNTED)
    shops: list[list[object]] = [
        [
            f"{branch.shop_no} " if branch == YOUNG else branch.shop_no,
            f"Shop {branch.shop_no}",
            1,
            None if branch.opens_on is None else FIRST_DATE + timedelta(days=branch.opens_on),
        ]
        for branch in branches
        if branch.has_shop
    ]
    shop_depts: list[list[object]] = [
        [f" {branch.shop_no}" if branch == CLOSING else branch.shop_no, branch.dept_id]
        for branch in branches
        if branch.is_mapped
    ]
    return shops, shop_depts


def write_seeds(base_dir: Path, target_dir: Path) -> None:
    """Write the project's seeds with the changes that the random case needs.

    Args:
        base_dir: the project's seeds.
        target_dir: an existing folder; every seed is written to it.
    """
    # Every seed, with the offsets of the second zone.
    write_forecast_seeds(base_dir, target_dir, FIRST_DATE)
    _write_rows(target_dir / "stores.csv", _stores(base_dir))
    _write_rows(target_dir / "store_incidents.csv", _incidents())
    kpis = _kpis(base_dir)
    _write_rows(target_dir / "store_kpis.csv", kpis)
    charted = [row["metric_name"] for row in kpis if row["is_charted"] == "1"]
    _write_rows(target_dir / "store_reference_periods.csv", _reference_periods(charted))
    _write_rows(target_dir / "store_alert_overrides.csv", _overrides())


def _iso(day: int) -> str:
    return (FIRST_DATE + timedelta(days=day)).isoformat()


def _stores(base_dir: Path) -> list[dict[str, str]]:
    rows = {int(row["dept_id"]): row for row in read_rows(base_dir / "stores.csv")}
    for branch in COUNTED:
        rows[branch.dept_id] |= {
            "open_date": _iso(branch.opens_on or 0),
            "closed_on": "" if branch.closes_on is None else _iso(branch.closes_on),
            "time_zone": branch.time_zone.key,
            "peer_group": branch.peer_group,
            "hourly_capacity": "" if branch.capacity is None else str(branch.capacity),
        }
    rows[NEWEST.dept_id] |= {"latitude": "", "longitude": ""}
    return list(rows.values())


def _incidents() -> list[dict[str, str]]:
    return [
        {
            "shop_no": branch.shop_no,
            "first_date": _iso(first),
            "last_date": _iso(last),
            "reason": reason,
        }
        for branch, (first, last), reason in (
            (TROUBLED, INCIDENT, "Water damage"),
            (LASTING, HOLIDAY_INCIDENT, "Street closed around a holiday"),
        )
    ]


def _kpis(base_dir: Path) -> list[dict[str, str]]:
    """Let a two-sided KPI page and another KPI be judged by a plain method."""
    rows = {row["metric_name"]: row for row in read_rows(base_dir / "store_kpis.csv")}
    rows["staff_hours"]["can_page"] = "1"
    rows["items_per_order"]["default_method"] = "rolling_28d"
    return list(rows.values())


def _reference_periods(charted: Sequence[str]) -> list[dict[str, str]]:
    """Name periods for all KPIs of a store, a newer one, a short, a flat and an unfinished one."""
    periods = [(EARLY, metric_name, 5, 50) for metric_name in charted]
    periods += [
        (EARLY, "revenue", 62, 104),
        (LASTING, "revenue", 2, 20),
        (STEADY, "order_count", 150, DAYS + 20),
        (WESTERN, "attendance_pct", 0, 70),
    ]
    return [
        {
            "shop_no": branch.shop_no,
            "metric_name": metric_name,
            "first_date": _iso(first),
            "last_date": _iso(last),
            "reason": "Calm weeks",
        }
        for branch, metric_name, first, last in periods
    ]


def _overrides() -> list[dict[str, str]]:
    """Override all limits of a KPI, or some: where one is never reached, flags decide alone."""
    columns = ("shop_no", "metric_name", "warning_k", "warning_h", "critical_k", "critical_h")
    rows = (
        (LASTING.shop_no, "late_arrival_count", "0.75", "6", "1.5", "5"),
        (STEADY.shop_no, "order_count", "", "2.5", "", "60"),
        (STEADY.shop_no, "revenue", "", "", "", "60"),
    )
    return [dict(zip(columns, row, strict=True)) | {"reason": "Tried by hand"} for row in rows]


def _write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
