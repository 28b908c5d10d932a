"""Random raw tables of the store half that look for trouble, the same for the same seed.

The stories of the stores (see network) make the alert families fire, escalate, close and reopen;
this module draws the rows: NULLs, unknown codes, reversed times, orders around midnight and on the
days on which clocks change, orders of nobody, and rows that must not count.
"""

from __future__ import annotations

import math
import random
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from tests.python.oracle.random_data import to_utc
from tests.python.oracle.values import object_frame

from .alerts import Feedback, SeenAlert
from .kpis import FEEDS
from .network import (
    AS_OF,
    CLOSING,
    COUNTED,
    DAYS,
    EARLY,
    FIRST_DATE,
    FLAWLESS_UNTIL,
    FREE_DAY,
    GROUP,
    LASTING,
    NO_ORDERS,
    NOT_COUNTED,
    NOT_LOADED,
    OPPOSED,
    SECOND,
    STEADY,
    WESTERN,
    Branch,
    absence_chance,
    expiry_chance,
    is_cheap,
    is_disaster,
    late_chance,
    loaded,
    order_factor,
    production_factor,
    shop_rows,
)
from .raw_columns import COLUMNS

CLOCK_CHANGES = (date(2025, 11, 2), date(2026, 3, 8))
WEEKDAY_PROFILE = (1.1, 1.13, 1.12, 1.1, 1.0, 0.9, 0.82)
PRICES = tuple(map(Decimal, ("4.5000", "5.2500", "5.9500", "6.4500", "6.9500", "7.5000")))
VALID_STATUSES = (2, 3, 5, 6, 7, 8, 9)
HOURS = range(7, 21)
HOUR_WEIGHTS = (3, 6, 8, 5, 3, 4, 5, 4, 3, 3, 3, 2, 1, 1)


@dataclass(frozen=True)
class StoreCase:
    """Raw tables, the feeds that are loaded by business date, and the last date that counts."""

    raw: dict[str, pd.DataFrame]
    coverage: frozenset[tuple[str, date]]
    as_of: date


def random_store_case(seed: int) -> StoreCase:
    """Draw a case of nine stores and 190 days; build it with the seeds of `network.write_seeds`.

    Args:
        seed: of the random numbers.
    """
    draw = _Draw(random.Random(seed))
    for day in range(DAYS + 2):
        draw.chain_day(day)
    shops, shop_depts = shop_rows()
    return StoreCase(
        raw={
            "shops": object_frame(shops, COLUMNS["shops"]),
            "shop_depts": object_frame(shop_depts, COLUMNS["shop_depts"]),
            **{feed: draw.frame(feed) for feed in FEEDS},
        },
        coverage=loaded(),
        as_of=AS_OF,
    )


def feedback_for(alerts: pd.DataFrame) -> tuple[list[Feedback], list[SeenAlert]]:
    """Answer the alerts of a case in every way, the same for the same alerts.

    Args:
        alerts: store_alerts, with at least four open and two closed ones.

    Returns:
        Feedback: an acknowledgement, a snooze that holds and one that a newer one ended, a changed
        verdict, verdicts that name an earlier form of a closed alert, and one for nobody. Earlier
        forms: one whose days overlap and one whose days do not.
    """
    ordered = alerts.sort_values("alert_id").to_dict("records")
    still_open = [row["alert_id"] for row in ordered if row["closed_on"] is None]
    closed = [row for row in ordered if row["closed_on"] is not None]
    noon = datetime.combine(AS_OF, time(12))
    said = [
        Feedback(still_open[0], "acknowledge", noon),
        Feedback(still_open[1], "snooze", noon, AS_OF),
        Feedback(still_open[2], "snooze", noon, AS_OF + timedelta(days=9)),
        Feedback(still_open[2], "snooze", noon + timedelta(hours=1), AS_OF - timedelta(days=1)),
        Feedback(still_open[3], "false_positive", noon),
        Feedback(still_open[3], "true_positive", noon + timedelta(hours=1)),
        Feedback("earlier-and-overlapping", "false_positive", noon),
        Feedback("earlier-and-apart", "true_positive", noon),
        Feedback("of-no-alert", "acknowledge", noon),
    ]
    overlapping, apart = closed[0], closed[1]
    seen = [
        _seen("earlier-and-overlapping", overlapping, overlapping["opened_on"]),
        _seen("earlier-and-apart", apart, apart["opened_on"] - timedelta(days=1)),
    ]
    return said, seen


def _seen(alert_id: str, alert: dict[Hashable, Any], last_seen_on: date) -> SeenAlert:
    """Return an earlier form of an alert that began two days before it."""
    return SeenAlert(
        alert_id=alert_id,
        family=alert["family"],
        shop_no=alert["shop_no"],
        dimension=alert["dimension"],
        opened_on=alert["opened_on"] - timedelta(days=2),
        last_seen_on=last_seen_on,
    )


@dataclass
class _Draw:
    """Collects rows by feed, each without its number."""

    rng: random.Random
    rows: dict[str, list[list[object]]] = field(default_factory=lambda: {f: [] for f in FEEDS})
    members: dict[int, list[str]] = field(default_factory=dict)
    n_members: int = 0
    n_orders: int = 0

    def frame(self, feed: str) -> pd.DataFrame:
        """Return the rows of a feed in a random order, numbered in another one."""
        shuffled = self.rng.sample(self.rows[feed], len(self.rows[feed]))
        if "id" in COLUMNS[feed]:
            shuffled = [[number, *row] for number, row in enumerate(shuffled, start=1)]
            self.rng.shuffle(shuffled)
        return object_frame(shuffled, COLUMNS[feed])

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def chain_day(self, day: int) -> None:
        """Draw every store on a day, with what all of them share."""
        shared = math.exp(self.rng.gauss(0, 0.05))
        opposed = self.rng.gauss(0, 0.12) if day in OPPOSED else 0.0
        for branch in COUNTED:
            if branch.is_drawn(day):
                level = branch.orders * WEEKDAY_PROFILE[day % 7] * order_factor(branch, day)
                level *= math.exp(self.rng.gauss(0, 0.06))
                if branch.peer_group == GROUP:
                    level *= shared
                level *= {EARLY: math.exp(-opposed), SECOND: math.exp(opposed)}.get(branch, 1.0)
                self._store_day(branch, day, level)
        if day % 5 == 0:
            for branch in NOT_COUNTED:
                self._store_day(branch, day, branch.orders)
            self._two_firsts(day)
            self._nobody(day)

    def _store_day(self, branch: Branch, day: int, level: float) -> None:
        if day not in NO_ORDERS.get(branch, ()):
            for _ in range(max(1, int(level + self.rng.random()))):
                self._order(branch, day)
        self._other_orders(branch, day)
        self._expiry(branch, day)
        self._qc_tasks(branch, day)
        self._shifts(branch, day)

    def _add(self, feed: str, day: int, *row: object) -> None:
        """Add a row; of a feed that is not loaded on its day only some rows are there."""
        if day not in NOT_LOADED[feed] or self.chance(0.5):
            self.rows[feed].append(list(row))

    # Times

    def _local(self, day: int, clock: time) -> datetime:
        return datetime.combine(FIRST_DATE + timedelta(days=day), clock)

    def _order_time(self, branch: Branch, day: int) -> datetime:
        """Return a time in UTC, some of them at midnight or in the hour that comes twice."""
        clocks_change = FIRST_DATE + timedelta(days=day) in CLOCK_CHANGES
        if self.chance(0.4 if clocks_change else 0.03):
            twice = self._local(day, time(1, 30)).replace(fold=self.rng.randrange(2))
            midnights = (self._local(day, time(0)), self._local(day, time(23, 59, 59)))
            return to_utc(self.rng.choice((*midnights, twice)), branch.time_zone)
        hour = self.rng.choices(HOURS, HOUR_WEIGHTS)[0]
        clock = time(hour, self.rng.randrange(60), self.rng.randrange(60))
        return to_utc(self._local(day, clock), branch.time_zone)

    def _clock(self, branch: Branch, day: int, first: int, last: int) -> datetime:
        """Return a time in UTC between two local hours, the last excluded."""
        clock = time(self.rng.randrange(first, last), self.rng.randrange(60))
        return to_utc(self._local(day, clock), branch.time_zone)

    # Orders

    def _new_member(self) -> str:
        self.n_members += 1
        return f"M{self.n_members:06d}"

    def _member(self, branch: Branch) -> str | None:
        """Return a member of the store, a new one, or one of the ways to name nobody."""
        known = self.members.setdefault(branch.dept_id, [])
        if self.chance(0.1):
            return self.rng.choice((None, None, "", "  "))
        if len(known) < 20 or self.chance(0.12):
            known.append(self._new_member())
            return known[-1]
        member = self.rng.choice(known)
        return f" {member} " if self.chance(0.02) else member

    def _trade(
        self,
        branch: Branch,
        day: int,
        *,
        member: str | None,
        status: int | None,
        pay: Decimal | None,
        paid_at: datetime | None,
    ) -> str:
        self.n_orders += 1
        order_no = f"T{self.n_orders:07d}"
        updated_at = None if paid_at is None else paid_at + timedelta(minutes=5)
        self._add("trades", day, order_no, branch.dept_id, member, status, pay, paid_at, updated_at)
        return order_no

    def _pay(self, branch: Branch, day: int) -> Decimal | None:
        if branch == CLOSING and day == FREE_DAY:
            return self.rng.choice((None, Decimal("0.0000")))
        if self.chance(0.02):
            return self.rng.choice((None, Decimal("0.0000")))
        if is_disaster(branch, day) or is_cheap(branch, day):
            return PRICES[0]
        return self.rng.choice(PRICES)

    def _order(self, branch: Branch, day: int) -> None:
        """Draw a valid order with its items and its production."""
        paid_at = self._order_time(branch, day)
        order_no = self._trade(
            branch,
            day,
            member=self._member(branch),
            status=self.rng.choice(VALID_STATUSES),
            pay=self._pay(branch, day),
            paid_at=paid_at,
        )
        self._items(order_no, day, paid_at)
        self._production(branch, day, order_no, paid_at)

    def _items(self, order_no: str, day: int, paid_at: datetime) -> None:
        """Draw items, some of them posted days before or after their order."""
        for _ in range(1 + self.chance(0.35)):
            posted_at: datetime | None = paid_at + timedelta(seconds=self.rng.randrange(60))
            if self.chance(0.04):
                shift = self.rng.choice((-8, -7, -1, 1, 1, 2))
                posted_at = paid_at + timedelta(days=shift)
            if self.chance(0.005):
                posted_at = None
            units = None if self.chance(0.01) else self.rng.choice((1, 1, 1, 2))
            item_no = f"I{self.rng.randrange(30):03d}"
            price = self.rng.choice(PRICES)
            self._add("trade_items", day, order_no, item_no, "Latte", units, price, posted_at)

    def _production(self, branch: Branch, day: int, order_no: str, paid_at: datetime) -> None:
        started_at = paid_at + timedelta(seconds=self.rng.randrange(90))
        seconds = 110 * math.exp(self.rng.gauss(0, 0.25)) * production_factor(branch, day)
        ended_at: datetime | None = started_at + timedelta(seconds=int(seconds))
        if self.chance(0.02):
            ended_at = self.rng.choice((None, started_at - timedelta(seconds=30), started_at))
        dept_id, start = branch.dept_id, started_at
        self._add("production_orders", day, order_no, dept_id, start, ended_at)
        if self.chance(0.005):
            self._add("production_orders", day, order_no, dept_id, None, ended_at)

    def _other_orders(self, branch: Branch, day: int) -> None:
        """Draw orders that must not count, some with a member whose first one they are not."""
        paid_at = self._order_time(branch, day)
        known = self.members.setdefault(branch.dept_id, [])
        for status, time_of_payment in ((1, None), (4, paid_at), (77, paid_at), (None, paid_at)):
            if self.chance(0.06):
                member = self._new_member()
                known.append(member)
                pay = self.rng.choice(PRICES)
                order_no = self._trade(
                    branch, day, member=member, status=status, pay=pay, paid_at=time_of_payment
                )
                self._items(order_no, day, paid_at)

    def _two_firsts(self, day: int) -> None:
        """Draw members who order at two stores on their first day, one of which may not count."""
        for first, second in ((EARLY, STEADY), (LASTING, WESTERN), (NOT_COUNTED[1], STEADY)):
            member = self._new_member()
            for branch, on in ((first, day), (second, day + (first in NOT_COUNTED))):
                paid_at = self._clock(branch, on, 9, 18)
                pay = self.rng.choice(PRICES)
                self._trade(branch, on, member=member, status=2, pay=pay, paid_at=paid_at)

    def _nobody(self, day: int) -> None:
        """Draw rows without a store, and items without an order."""
        nobody = Branch(99, "US00099", 1)
        at = self._clock(nobody, day, 9, 18)
        member, pay = "M000001", PRICES[0]
        self._trade(nobody, day, member=member, status=2, pay=pay, paid_at=at)
        self.rows["trades"].append([f"N{day:06d}", None, member, 2, pay, at, at])
        self.rows["trade_items"].append(["N-NONE", "I001", "Latte", 1, PRICES[0], at])
        self.rows["production_orders"].append(["N-NONE", None, at, at + timedelta(minutes=2)])

    # Quality and staffing

    def _expiry(self, branch: Branch, day: int) -> None:
        for _ in range(4):
            prepared_at = self._clock(branch, day, 6, 12)
            expires_at: datetime | None = prepared_at + timedelta(hours=self.rng.randrange(6, 60))
            status = 2 if self.chance(expiry_chance(branch, day)) else 1
            units: int | None = self.rng.randrange(3, 9)
            if self.chance(0.03):
                expires_at = self.rng.choice((None, prepared_at - timedelta(hours=3)))
            if self.chance(0.02):
                status = 9
            if self.chance(0.01):
                units = None
            name, dept_id = "Oat milk", branch.dept_id
            self._add("expiry_records", day, dept_id, name, units, prepared_at, expires_at, status)

    def _qc_tasks(self, branch: Branch, day: int) -> None:
        flawless = branch == WESTERN and day < FLAWLESS_UNTIL
        for _ in range(0 if self.chance(0.02) else 6):
            created_at = self._clock(branch, day, 6, 20)
            status: int | None = 2
            if not flawless:
                unfinished = 70 if is_disaster(branch, day) else 8
                status = self.rng.choices((2, 1, 3, 8, None), (85, unfinished, 4, 2, 1))[0]
            if branch == STEADY and status == 3:
                status = 2
            finished_at = created_at + timedelta(minutes=20) if status in (2, 3) else None
            self._add("qc_tasks", day, branch.dept_id, "Cleaning", status, created_at, finished_at)

    def _shifts(self, branch: Branch, day: int) -> None:
        for number in range(5):
            hour = (6, 8, 11, 14, 23)[number] if self.chance(0.95) else 23
            started_at = to_utc(self._local(day, time(hour)), branch.time_zone)
            ended_at = started_at + timedelta(hours=6)
            late = self.chance(late_chance(branch, day))
            delay = self.rng.randrange(16, 50) if late else self.rng.choice((-5, 0, 3, 10, 15))
            clock_in: datetime | None = started_at + timedelta(minutes=delay)
            clock_out: datetime | None = ended_at + timedelta(minutes=self.rng.randrange(-20, 20))
            if self.chance(absence_chance(branch, day)):
                clock_in, clock_out = self.rng.choice(
                    ((None, None), (None, clock_out), (clock_in, None), (clock_out, clock_in))
                )
            worker = branch.dept_id * 100 + number
            row = (worker, branch.dept_id, started_at, ended_at, clock_in, clock_out)
            self._add("attendance", day, *row)
