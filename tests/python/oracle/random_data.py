"""Random raw tables that look for trouble, the same for the same seed.

NULLs, zeros, gaps, several versions at the same instant, versions around the cutoff, daylight
saving, spaces around codes, departments that do not count, values on the edge of a band, and a
story per store (see random_stores) that makes every alert family fire, escalate, close, reopen
and be suppressed.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

from .random_stores import (
    ABSURD,
    ABSURD_DAY,
    ABSURD_GOODS,
    ABSURD_QTY,
    CANCELLING_DAYS,
    CANCELLING_ERRORS,
    DAYS,
    EXACT_STORE,
    ON_THE_EDGE,
    OVER_PREDICTED,
    RARE,
    RARE_CATEGORY,
    STORES,
    UNKNOWN_GOODS,
    Store,
    is_silent,
    missing_actual_share,
    relative_error,
    shop_rows,
)
from .raw_columns import COLUMNS
from .seeds import read_rows
from .values import object_frame

CLOCK_CHANGES = (date(2026, 3, 8), date(2025, 11, 2))
BEFORE_CUTOFF, AT_CUTOFF = time(5, 59, 59), time(6)


@dataclass(frozen=True)
class Calendar:
    """The dates of a case: 75 days with rows, then silent days up to the as-of date."""

    first_date: date
    silent_days: int

    @property
    def as_of(self) -> date:
        """The last business date that counts."""
        return self.first_date + timedelta(days=DAYS + self.silent_days - 1)


# Each holds one of the changes of clocks. Spring ends silently inside a week and a month, autumn
# with rows on a day that ends both.
SPRING = Calendar(date(2026, 1, 22), silent_days=2)
AUTUMN = Calendar(date(2025, 9, 17), silent_days=0)


@dataclass(frozen=True)
class RandomCase:
    """Raw tables and the last business date that counts in them."""

    raw: dict[str, pd.DataFrame]
    first_date: date
    as_of: date


def random_case(seed: int, base_seeds_dir: Path, calendar: Calendar = SPRING) -> RandomCase:
    """Draw a case, with rows beyond the as-of date that must not count.

    Args:
        seed: of the random numbers.
        base_seeds_dir: the project's seeds, for goods that exist; build with the seeds that
            `random_stores.write_seeds` makes of them.
        calendar: SPRING or AUTUMN.
    """
    first_date = calendar.first_date
    beyond = DAYS + calendar.silent_days
    draw = _Draw(random.Random(seed), first_date, *_goods(base_seeds_dir))
    for store in STORES:
        for day in (*range(DAYS), beyond, beyond + 1):
            if not is_silent(store, day):
                draw.store_day(store, day)
    shops, shop_depts = shop_rows(first_date)
    return RandomCase(
        raw={
            "order_predictions": draw.frame("order_predictions", draw.predictions),
            "stock_changes": draw.frame("stock_changes", draw.stock_changes),
            "shops": object_frame(shops, COLUMNS["shops"]),
            "shop_depts": object_frame(shop_depts, COLUMNS["shop_depts"]),
        },
        first_date=first_date,
        as_of=calendar.as_of,
    )


def _goods(base_seeds_dir: Path) -> tuple[list[str], str]:
    """Return the common goods, two of every category and unknown ones, and the rare one."""
    by_category: dict[str, list[str]] = {}
    for row in read_rows(base_seeds_dir / "products.csv"):
        by_category.setdefault(row["category"], []).append(row["goods_code"])
    rare = by_category.pop(RARE_CATEGORY)[0]
    known = [code for codes in by_category.values() for code in codes[:2]]
    return [*known, *UNKNOWN_GOODS], rare


def decimal4(value: float) -> Decimal:
    """Return the nearest number with four decimals, as the source columns hold it."""
    return Decimal(round(value * 10_000)).scaleb(-4)


def to_utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a wall-clock time, without a zone mark."""
    return local.replace(tzinfo=zone).astimezone(UTC).replace(tzinfo=None)


@dataclass
class _Draw:
    """Collects rows; ids are given at the end, in an order unrelated to time."""

    rng: random.Random
    first_date: date
    goods: list[str]
    rare_goods: str
    predictions: list[list[object]] = field(default_factory=list)
    stock_changes: list[list[object]] = field(default_factory=list)

    def frame(self, table: str, rows: Sequence[Sequence[object]]) -> pd.DataFrame:
        """Number the rows in a random order and return them in another one."""
        shuffled = self.rng.sample(list(rows), len(rows))
        numbered = [[number, *row] for number, row in enumerate(shuffled, start=1)]
        self.rng.shuffle(numbered)
        return object_frame(numbered, COLUMNS[table])

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def store_day(self, store: Store, day: int) -> None:
        """Draw every product of a store on a day; not every store sells everything."""
        if store == EXACT_STORE:
            self._exact_day(store, day)
            return
        sold = [code for position, code in enumerate(self.goods) if (position + store.dept_id) % 4]
        for code in sold:
            if self.chance(0.02):
                continue
            actual, predicted = self._quantities(store, day)
            without_actual = self.chance(missing_actual_share(store, day))
            if not without_actual:
                self._consume(store, day, code, actual)
            if without_actual or not self.chance(0.03):
                self._predict(store, day, code, predicted)
        if store == ABSURD and day == ABSURD_DAY:
            self._consume(store, day, ABSURD_GOODS, Decimal("3.5"))
            self._prediction(store, day, ABSURD_GOODS, ABSURD_QTY, self._local(day, time(2)))
        if store == OVER_PREDICTED:
            self._rare_goods(store, day)
        self._noise(store, day)

    def _rare_goods(self, store: Store, day: int) -> None:
        actual, predicted = RARE.get(day, (None, None))
        if actual is not None:
            self._consume(store, day, self.rare_goods, Decimal(actual))
        if predicted is not None:
            evening = self._local(day - 1, time(20))
            self._prediction(store, day, self.rare_goods, Decimal(predicted), evening)

    def _exact_day(self, store: Store, day: int) -> None:
        for code, error in zip(self.goods, CANCELLING_ERRORS, strict=False):
            actual = decimal4(self.rng.uniform(1, 3))
            if day in CANCELLING_DAYS:
                predicted = actual + Decimal(error)
            else:
                predicted = actual + decimal4(relative_error(self.rng, store, day))
            self._consume(store, day, code, actual)
            self._prediction(store, day, code, predicted, self._local(day - 1, time(20)))

    def _quantities(self, store: Store, day: int) -> tuple[Decimal, Decimal]:
        if self.chance(0.02):
            actual, predicted = self.rng.choice(ON_THE_EDGE)
            return Decimal(actual), Decimal(predicted)
        level = store.size * self.rng.uniform(20, 120)
        actual_qty = decimal4(level)
        predicted_qty = decimal4(level * (1 + relative_error(self.rng, store, day)))
        if store == ABSURD and self.chance(0.02):
            predicted_qty = self.rng.choice((Decimal("-5"), Decimal("0"), -actual_qty))
        return actual_qty, predicted_qty

    def _local(self, day: int, clock: time) -> datetime:
        return datetime.combine(self.first_date + timedelta(days=day), clock)

    def _padded(self, code: str) -> str:
        return self.rng.choice((f"{code} ", f" {code}")) if self.chance(0.02) else code

    # Predictions

    def _prediction(
        self, store: Store, day: int, code: str, predicted: Decimal | None, created: datetime | None
    ) -> None:
        self.predictions.append(
            [
                store.dept_id,
                self._padded(code),
                self.first_date + timedelta(days=day),
                predicted,
                None if created is None else to_utc(created, store.time_zone),
            ]
        )

    def _predict(self, store: Store, day: int, code: str, predicted: Decimal) -> None:
        """Write the versions of one prediction around the one that should count."""
        other = decimal4(self.rng.uniform(0, 50))
        created = self.rng.choice(
            (
                self._local(day - 1, time(20)),
                self._local(day, time(3, self.rng.randrange(60))),
                self._local(day, BEFORE_CUTOFF),
            )
        )
        only_late = self.chance(0.01)
        if not only_late:
            self._prediction(store, day, code, predicted, created)
            if self.chance(0.2):
                self._prediction(store, day, code, other, self._local(day - 3, time(12)))
            if self.chance(0.01):
                self._prediction(store, day, code, other, created)
            if self.chance(0.02):
                self._prediction(store, day, code, None, created + timedelta(seconds=1))
            if self.chance(0.01):
                self._prediction(store, day, code, other, None)
        if only_late or self.chance(0.05):
            self._prediction(store, day, code, other, self._local(day, AT_CUTOFF))
        if self.chance(0.03):
            self._prediction(store, day, code, other * 2, self._local(day, time(14)))
            self._prediction(store, day, code, other * 3, self._local(day, time(14)))

    # Stock changes

    def _change(
        self,
        store: Store,
        code: str | None,
        reason: str | None,
        change: Decimal | None,
        created: datetime | None,
    ) -> None:
        theory = None if change is None or self.chance(0.1) else (change / 20).quantize(change)
        utc = None if created is None else to_utc(created, store.time_zone)
        self.stock_changes.append([store.dept_id, code, reason, change, theory, utc])

    def _consume(self, store: Store, day: int, code: str, actual: Decimal) -> None:
        """Split a consumption into changes at random times of its local day."""
        rest = actual
        for _ in range(self.rng.randrange(3)):
            part = decimal4(float(rest) * self.rng.uniform(0.1, 0.6))
            if 0 < part < rest:
                self._part(store, day, code, part)
                rest -= part
        self._part(store, day, code, rest)

    def _part(self, store: Store, day: int, code: str, part: Decimal) -> None:
        reason = self.rng.choice(("025", "1001", "1002", "1002", "1002 "))
        self._change(store, self._padded(code), reason, -part, self._consumption_time(day))

    def _consumption_time(self, day: int) -> datetime:
        clocks_change = self.first_date + timedelta(days=day) in CLOCK_CHANGES
        if self.chance(0.5 if clocks_change else 0.05):
            # Both ends of the day, and the hour that daylight saving repeats.
            repeated = self._local(day, time(1, 30)).replace(fold=self.rng.randrange(2))
            edges = (self._local(day, time(0)), self._local(day, time(23, 59, 59)), repeated)
            return self.rng.choice(edges)
        seconds = self.rng.randrange(7 * 3600, 22 * 3600)
        return self._local(day, time(0)) + timedelta(seconds=seconds)

    def _noise(self, store: Store, day: int) -> None:
        """Add rows that must not count as consumption, some of them for products of the day."""
        created = self._consumption_time(day)
        code = self.rng.choice(self.goods)
        some = decimal4(self.rng.uniform(1, 40))
        for noise in (
            (code, "019", -20 * some, created),
            (code, "999", -some, created),
            (code, None, -some, created),
            (code, "1002", some, created),
            (code, "1002", Decimal("0.0000"), created),
            (code, "1002", None, created),
            (code, "1002", -some, None),
            (None, "1002", -some, created),
            (self.rng.choice(("", "  ")), "1002", -some, created),
        ):
            if self.chance(0.06):
                self._change(store, *noise)
        if self.chance(0.03):
            self._prediction(store, day, self.rng.choice(("", "   ")), some, created)
