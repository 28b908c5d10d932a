"""Stock changes: consumption split into postings, and everything else that moves stock."""

import numpy as np
import pyarrow as pa

from dev.sample.calendar import Day
from dev.sample.columns import Bools, Floats, Ints, decimals, instants, integers, picked
from dev.sample.columns import small_integers as small
from dev.sample.demand import Consumption
from dev.sample.goods import load_goods
from dev.sample.hours import any_seconds, opening_seconds
from dev.sample.siteday import SiteDay

POSTINGS_PER_GOODS = 29.5  # at scale 1 with POSTINGS_BY_WEEKDAY: 25,000 rows a day at 10 stores
# Share of the week's stock changes, Monday first, over one seventh (operations report, 6.1).
POSTINGS_BY_WEEKDAY = np.array([0.907, 1.029, 1.073, 1.143, 1.116, 0.925, 0.806])

REASONS = ("1002", "025", "1001", "019", "001", "005", "012", "033", "777")
CONSUMPTION_REASONS = np.array([0.97, 0.02, 0.01])  # of 1002, 025, 1001
THEORY, DELIVERY, TRANSFER, WASTE, COUNT, UNKNOWN = 3, 4, 5, 6, 7, 8
# Chance per goods and day, and quantity over the day's consumption: lowest and highest.
OTHER_MOVES = {
    THEORY: (0.25, -1 / 10, -1 / 40),  # theoretical quantities, ten to forty times too low
    DELIVERY: (0.25, 2.0, 4.0),
    TRANSFER: (0.02, -0.5, 0.5),
    WASTE: (0.04, -0.2, -0.02),
    COUNT: (0.03, -0.1, 0.1),
    UNKNOWN: (0.0005, -0.3, -0.1),
}
CORRECTED_SHARE = 0.01  # goods and days with a posting taken back and posted again
LATE_SHARE = 0.004
LONGEST_LAG = 6
NIGHT_SHARE = 0.01
THEORY_MISSING_SHARE = 0.3


def split_exactly(totals: Ints, rows: Ints, weights: Floats) -> Ints:
    """Split each total into its number of rows, each at least 1, adding up exactly.

    Args:
        totals: one whole number per group, at least its rows.
        rows: rows per group, at least 1.
        weights: one positive weight per row, group after group.
    """
    last = np.cumsum(rows) - 1
    first = last - rows + 1
    running = np.cumsum(weights)
    before = np.repeat(running[first] - weights[first], rows)
    share = (running - before) / np.repeat(running[last] - (running[first] - weights[first]), rows)
    reached = np.floor(share * np.repeat(totals - rows, rows)).astype(np.int64)
    reached[last] = totals - rows
    parts: Ints = np.diff(reached, prepend=0)
    parts[first] = reached[first]
    parts += 1
    return parts


def stock_changes(at: SiteDay, consumption: Consumption, scale: float) -> pa.RecordBatch:
    """Return the stock changes of a site and day, all of them in that weekday's table.

    The negative rows with a consumption reason add up to the day's consumption exactly, whatever
    the scale.

    Args:
        at: site and day; rows posted after its `until` are left out.
        consumption: what was used.
        scale: multiplies the postings per goods, never below 2.
    """
    rng, day = at.generator("stock"), at.day
    goods_count = at.site.goods or len(load_goods().codes)
    used = np.flatnonzero(consumption.used[:goods_count])
    codes, goods, units, seconds = _consumed(rng, day, used, consumption, scale)
    wrong = np.searchsorted(goods, used)[rng.random(len(used)) < CORRECTED_SHARE]
    taken_back = np.minimum(seconds[wrong] + 300, day.ends - 2)
    corrections = (np.zeros_like(wrong), goods[wrong], -units[wrong], taken_back)
    seconds[wrong + 1] = taken_back + 1  # the next posting of the goods repeats it
    others = _others(rng, day, goods_count, consumption)

    codes, goods, units, seconds = (
        np.concatenate(parts)
        for parts in zip((codes, goods, units, seconds), corrections, others, strict=True)
    )
    order = np.argsort(seconds, kind="stable")
    codes, goods, units, seconds = codes[order], goods[order], units[order], seconds[order]
    lag = np.where(
        rng.random(len(units)) < LATE_SHARE, rng.integers(1, LONGEST_LAG + 1, len(units)), 0
    )
    theory, theory_missing = _theory(rng, codes, units)
    known = at.has_happened(lag)
    batch = pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(len(units), lag)),
            "dept_id": small(at.site.dept_id, len(units)),
            "goods_code": picked(load_goods().codes, goods),
            "reason_code": picked(REASONS, codes),
            "total_adjust_num": decimals(units),
            "theory_total_adjust_num": decimals(theory, theory_missing),
            "create_time": instants(seconds),
        }
    )
    return batch if known.all() else batch.filter(pa.array(known))


Moves = tuple[Ints, Ints, Ints, Ints]  # position of the reason, position of the goods, units, time


def _consumed(
    rng: np.random.Generator, day: Day, used: Ints, consumption: Consumption, scale: float
) -> Moves:
    mean = POSTINGS_PER_GOODS * scale * POSTINGS_BY_WEEKDAY[day.date.weekday()]
    rows = np.maximum(2, np.floor(mean + rng.random(len(used)))).astype(np.int64)
    total = int(rows.sum())
    parts = split_exactly(consumption.units[used], rows, rng.exponential(1.0, total) + 0.05)
    codes = rng.choice(3, total, p=CONSUMPTION_REASONS)
    seconds = opening_seconds(rng, day, total)
    night = rng.random(total) < NIGHT_SHARE
    seconds[night] = any_seconds(rng, day, int(night.sum()))
    return codes, np.repeat(used, rows), -parts, seconds


def _others(
    rng: np.random.Generator, day: Day, goods_count: int, consumption: Consumption
) -> Moves:
    codes, goods, units = [], [], []
    for code, (chance, low, high) in OTHER_MOVES.items():
        moved = np.flatnonzero(rng.random(goods_count) < chance)
        size = rng.uniform(low, high, len(moved)) * consumption.units[moved]
        codes.append(np.full(len(moved), code, dtype=np.int64))
        goods.append(moved)
        units.append(np.rint(size).astype(np.int64))
    rows = sum(len(part) for part in goods)
    return (
        np.concatenate(codes),
        np.concatenate(goods),
        np.concatenate(units),
        opening_seconds(rng, day, rows),
    )


def _theory(rng: np.random.Generator, codes: Ints, units: Ints) -> tuple[Ints, Bools]:
    theory = np.rint(units * rng.uniform(0.9, 1.1, len(units))).astype(np.int64)
    missing = (rng.random(len(units)) < THEORY_MISSING_SHARE) & (codes != THEORY)
    return theory, missing
