"""Who has rows: the stores of the roster, clones of them, and sites that are not stores."""

import csv
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from dev.sample.calendar import HORIZON_START

STORES_SEED = Path(__file__).parents[2] / "seeds" / "stores.csv"

# Slots number the sites inside ids and random keys, so they must never change with --stores.
NON_STORE_SLOT = 900
MAX_STORES = 800


@dataclass(frozen=True)
class Site:
    """Something with a department number and rows in the sources.

    Attributes:
        dept_id: department in transactions.
        shop_no: shop in operations; None for a department that no shop maps to.
        name: shop name.
        open_date: first business date with rows.
        slot: position used in ids and random keys.
        model_dept: department whose level and history the site follows.
        every: a row-bearing day comes once in so many days.
        goods: how many of the goods it moves and predicts; None for all.
    """

    dept_id: int
    shop_no: str | None
    name: str
    open_date: date
    slot: int
    model_dept: int
    every: int = 1
    goods: int | None = None

    @property
    def is_store(self) -> bool:
        """Whether it is a real store rather than a test site or a stray department."""
        return self.slot < NON_STORE_SLOT


# Test kitchens are known by their shops, test departments by their numbers; 20099 is a department
# nobody has mapped yet. All of them are in the sources and none belongs in a result.
_NON_STORES = (
    (10000, "US00000", "Test kitchen", 3),
    (10001, "US99998", "Test kitchen 2", 4),
    (1131, None, "Test department", 2),
    (20007, None, "Test department", 3),
    (20046, None, "Test department", 4),
    (20099, None, "Unmapped department", 5),
)


def roster(stores: int = 10) -> list[Site]:
    """Return the first stores of the seed, in its order, then clones of them.

    Args:
        stores: how many; beyond the seed's own, clones with departments from 30001 and shops
            from US30001 follow the opening and the level of the store they copy.
    """
    with STORES_SEED.open(encoding="utf-8", newline="") as file:
        real = [
            Site(
                dept_id=int(row["dept_id"]),
                shop_no=row["shop_no"],
                name=row["store_name"],
                open_date=date.fromisoformat(row["open_date"]),
                slot=slot,
                model_dept=int(row["dept_id"]),
            )
            for slot, row in enumerate(csv.DictReader(file))
        ]
    clones = [
        replace(
            real[slot % len(real)],
            dept_id=30001 + slot - len(real),
            shop_no=f"US{30001 + slot - len(real)}",
            name=f"Clone {slot - len(real) + 1} of {real[slot % len(real)].name}",
            slot=slot,
        )
        for slot in range(len(real), stores)
    ]
    return (real + clones)[:stores]


def non_stores() -> list[Site]:
    """Return the test kitchens, the test departments and the unmapped department."""
    return [
        Site(dept_id, shop_no, name, HORIZON_START, NON_STORE_SLOT + number, dept_id, every, 8)
        for number, (dept_id, shop_no, name, every) in enumerate(_NON_STORES)
    ]
