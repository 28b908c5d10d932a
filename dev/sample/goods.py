"""The goods of the products seed and how much of each an order uses."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from dev.sample.columns import Floats, Ints
from dev.sample.randomness import generator

PRODUCTS_SEED = Path(__file__).parents[2] / "seeds" / "products.csv"

# Consumption per order of a whole category, in the goods' own units (ml, g, pieces). Dairy carries
# nearly half of the summed quantities, which is what lets the overall bias be near dairy's own.
CATEGORY_USAGE = {
    "dairy": 230.0,
    "coffee_beans": 72.0,
    "syrups": 68.0,
    "dry_goods": 9.0,
    "toppings": 118.0,
}
POPULARITY_SIGMA = 0.7
# Share of the category's most popular goods; whole milk is the highest-volume dairy item.
FIXED_POPULARITY = {"Whole Milk": 4.5, "Oat Milk": 2.0, "Half & Half": 1.6}


@dataclass(frozen=True)
class Goods:
    """All goods, as arrays in the order of the seed.

    Attributes:
        codes: goods codes.
        names: English names.
        categories: category of each.
        usage: mean consumption per order in own units.
        members: category to positions.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    categories: tuple[str, ...]
    usage: Floats
    members: dict[str, Ints]


@cache
def load_goods() -> Goods:
    """Read the products seed; popularity is part of the chain, so it does not vary by seed."""
    with PRODUCTS_SEED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    popularity = np.exp(POPULARITY_SIGMA * generator(0, "popularity").standard_normal(len(rows)))
    for position, row in enumerate(rows):
        popularity[position] = FIXED_POPULARITY.get(row["goods_name"], popularity[position])
    categories = tuple(row["category"] for row in rows)
    members = {
        name: np.flatnonzero(np.array(categories) == name).astype(np.int64)
        for name in CATEGORY_USAGE
    }
    usage = np.zeros(len(rows))
    for name, positions in members.items():
        weights = popularity[positions]
        usage[positions] = CATEGORY_USAGE[name] * weights / weights.sum()
    return Goods(
        codes=tuple(row["goods_code"] for row in rows),
        names=tuple(row["goods_name"] for row in rows),
        categories=categories,
        usage=usage,
        members=members,
    )
