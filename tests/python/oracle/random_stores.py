"""The stores of the random case: what is special about each, and the seeds that go with it."""

from __future__ import annotations

import csv
import random
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from .seeds import read_rows

NEW_YORK = ZoneInfo("America/New_York")
LOS_ANGELES = ZoneInfo("America/Los_Angeles")

# Days are counted from the first date of the case.
DAYS = 75
CHAIN_GAP = 20
FEW_ACTUALS = (8, 9, 11, 14, 18, 40, 41, 42, 43, 44)
OPENS_ON, CLOSES_ON = 18, 60
UNKNOWN_GOODS = ("NEW-0001", "NEW-0002")
# On these days the errors +0.1, +0.2 and -0.3 of the exact store cancel: in floats they do not.
CANCELLING_DAYS = (21, 45)
CANCELLING_ERRORS = ("0.1", "0.2", "-0.3")
# One such number hides every other in the sums it enters, so there is only one, near the end.
ABSURD_DAY, ABSURD_GOODS, ABSURD_QTY = 71, "NEW-0003", Decimal("99999999999.9999")
# Actual and predicted quantities with the error exactly on, or just beyond, a band's edge.
ON_THE_EDGE = (
    ("10", "12"),
    ("10", "8"),
    ("10", "11"),
    ("10", "13"),
    ("10", "10"),
    ("10", "12.0001"),
    ("0.3", "0.36"),
    ("0.3", "0.33"),
    ("0.7", "0.91"),
    ("1.1", "0.88"),
    ("0.0003", "0"),
)
# Actual and predicted quantities by day of the only product sold of one category: one side only,
# an exact hit a week before a miss (a change from 0 %), opposites.
RARE_CATEGORY = "toppings"
RARE: dict[int, tuple[str | None, str | None]] = {
    5: ("3", None),
    12: ("3", "3"),
    19: ("4", "3"),
    45: ("2", "-2"),
    60: (None, "4"),
}


@dataclass(frozen=True)
class Store:
    """One department of the random case."""

    dept_id: int
    shop_no: str
    size: float
    time_zone: ZoneInfo = NEW_YORK
    is_mapped: bool = True
    has_shop: bool = True
    opens_on: int | None = -200
    closes_on: int | None = None


NOISY = Store(1127, "US00001", 1.0)
SUPPRESSED = Store(1128, "US00002", 0.8)
OVER_PREDICTED = Store(20008, "US00005", 0.05)
CLOSING = Store(20010, "US00006", 1.0, closes_on=CLOSES_ON)
ABSURD = Store(1140, "US00003", 0.3, opens_on=None)
OPENING = Store(20011, "US00007", 0.7, opens_on=OPENS_ON)
WESTERN = Store(20027, "US00008", 0.9, time_zone=LOS_ANGELES)
EXACT_STORE = Store(30001, "US00030", 0.01)
COUNTED = (NOISY, SUPPRESSED, OVER_PREDICTED, CLOSING, ABSURD, OPENING, WESTERN, EXACT_STORE)
NOT_COUNTED = (
    Store(1131, "US00031", 1.0),
    Store(99001, "US99998", 1.0),
    Store(77777, "US77777", 1.0, is_mapped=False),
    Store(88888, "US88888", 1.0, has_shop=False),
)
STORES = (*COUNTED, *NOT_COUNTED)


def is_silent(store: Store, day: int) -> bool:
    """Whether a store has no rows at all on a day."""
    return day == CHAIN_GAP or (store == SUPPRESSED and day in (30, 31, 32))


def relative_error(rng: random.Random, store: Store, day: int) -> float:
    """Draw the relative error of a prediction; its pattern makes the alert families fire."""
    if store in (OVER_PREDICTED, EXACT_STORE):
        return rng.uniform(0.02, 0.12)
    drift = 0.08 if day <= 30 else -0.08 if day <= 52 else 0.0
    noise = rng.uniform(-0.06, 0.06)
    if store in (NOISY, SUPPRESSED):
        # A warning that becomes critical, two calm weeks, and a second episode.
        size = (
            0.36 if 10 <= day <= 16 else 0.6 if 17 <= day <= 24 else 0.5 if 48 <= day <= 54 else 0
        )
        if size:
            return rng.choice((-1, 1)) * size * rng.uniform(0.95, 1.05)
    if store == WESTERN and 62 <= day <= 70:
        return rng.choice((-1, 1)) * rng.uniform(0.3, 0.4)
    return drift + noise


def missing_actual_share(store: Store, day: int) -> float:
    """Return the share of predictions that meet no actual consumption."""
    if day in FEW_ACTUALS:
        return 0.35
    if store == CLOSING and 22 <= day <= 34:
        return 0.25
    return 0.0 if store == EXACT_STORE else 0.015


def shop_rows(first_date: date) -> tuple[list[list[object]], list[list[object]]]:
    """Return the rows of the raw tables shops and shop_depts; some codes carry spaces."""
    shops: list[list[object]] = [
        [
            f"{store.shop_no} " if store == OPENING else store.shop_no,
            f"Shop {store.shop_no}",
            1,
            None if store.opens_on is None else first_date + timedelta(days=store.opens_on),
        ]
        for store in STORES
        if store.has_shop
    ]
    shop_depts: list[list[object]] = [
        [f" {store.shop_no}" if store == CLOSING else store.shop_no, store.dept_id]
        for store in STORES
        if store.is_mapped
    ]
    return shops, shop_depts


def write_seeds(base_dir: Path, target_dir: Path, first_date: date) -> None:
    """Write the project's seeds with the changes that the random case needs.

    Opening, closing and time zone of its stores, the offsets of the second zone, and suppressions:
    one that holds, one that ended before its episode did, one for nobody.

    Args:
        base_dir: the project's seeds.
        target_dir: an existing folder; every seed is written to it.
        first_date: first date of the case.
    """
    for path in base_dir.iterdir():
        if path.is_file():
            shutil.copyfile(path, target_dir / path.name)

    stores = {int(row["dept_id"]): row for row in read_rows(base_dir / "stores.csv")}
    for store in COUNTED:
        if store.dept_id not in stores:
            continue
        row = stores[store.dept_id]
        row["time_zone"] = store.time_zone.key
        if store.opens_on is not None:
            row["open_date"] = (first_date + timedelta(days=store.opens_on)).isoformat()
        if store.closes_on is not None:
            row["closed_on"] = (first_date + timedelta(days=store.closes_on)).isoformat()
    _write_rows(target_dir / "stores.csv", list(stores.values()))

    offsets = read_rows(base_dir / "utc_offsets.csv")
    _write_rows(target_dir / "utc_offsets.csv", [*offsets, *map(_western_offset, offsets)])

    suppressions = (
        ("mape", "store", SUPPRESSED.dept_id, 200, "Known cause"),
        ("mape", "store", NOISY.dept_id, 15, "Ended while the episode went on"),
        ("bias", "category", "no_such_category", 200, "An entity without alerts"),
    )
    _write_rows(
        target_dir / "forecast_alert_suppressions.csv",
        [
            {
                "family": family,
                "entity_type": entity_type,
                "entity_value": str(entity_value),
                "suppressed_until": (first_date + timedelta(days=until)).isoformat(),
                "reason": reason,
            }
            for family, entity_type, entity_value, until, reason in suppressions
        ],
    )


def _western_offset(row: Mapping[str, str]) -> dict[str, str]:
    """Clocks change at 02:00 local time in both zones, so three hours later in the west."""
    shifted = {
        column: (datetime.fromisoformat(row[column]) + timedelta(hours=3)).isoformat(" ")
        for column in ("utc_from", "utc_to")
    }
    offset = str(int(row["offset_seconds"]) - 3 * 3600)
    return {"time_zone": LOS_ANGELES.key, **shifted, "offset_seconds": offset}


def _write_rows(path: Path, rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
