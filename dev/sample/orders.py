"""Trades, their items and their production."""

import numpy as np
import pyarrow as pa

from dev.sample.calendar import HORIZON_START, Day
from dev.sample.columns import Bools, Ints, decimals, instants, integers, picked, texts
from dev.sample.columns import small_integers as small
from dev.sample.hours import opening_seconds
from dev.sample.ids import row_ids
from dev.sample.menu import ITEM_NUMBERS, MENU, POPULARITY
from dev.sample.randomness import generator
from dev.sample.stock import split_exactly
from dev.sample.stores import Site

UNPAID, CANCELLED, PAID, DONE = 1, 4, 2, 9
VALID_STATUSES = np.array([9, 8, 7, 6, 5, 3, 2])
VALID_SHARES = np.array([0.80, 0.10, 0.04, 0.02, 0.02, 0.01, 0.01])
UNPAID_SHARE, CANCELLED_SHARE, REFUNDED_SHARE = 0.008, 0.007, 0.003  # beside the valid orders
LONGEST_REFUND_DAYS = 6

LOWEST_CENTS = 50
MEMBER_SHARE = 0.85
VISITOR_SHARE = 0.05  # members of another store
ITEMS_PER_ORDER = np.array([0.76, 0.19, 0.05])  # one, two, three: 1.29
DOUBLE_SHARE = 0.04

MEAN_PRODUCTION_SECONDS = 130.0
PRODUCTION_SIGMA = 0.45
LEARNING_DAYS = 30.0  # a new store begins at one and a half times the usual time
NO_END_SHARE, REVERSED_SHARE = 0.003, 0.0007


def orders(
    seed: int, site: Site, day: Day, valid: int, revenue_cents: int, until: Day
) -> dict[str, pa.RecordBatch]:
    """Return trades, trade items and production orders of a site and day.

    The valid trades are as many as asked for and their payments add up to the revenue.

    Args:
        seed: the run's seed.
        site: the site.
        day: the local business date on which the orders are paid.
        valid: number of orders with a valid status in the end.
        revenue_cents: what they pay together.
        until: refunds after this day have not happened yet.
    """
    rng = generator(seed, "orders", site.slot, day.ordinal)
    unpaid, cancelled, refunded = rng.binomial(
        valid, (UNPAID_SHARE, CANCELLED_SHARE, REFUNDED_SHARE)
    )
    rows = int(valid + unpaid + cancelled + refunded)
    status = np.concatenate(
        [
            rng.choice(VALID_STATUSES, valid, p=VALID_SHARES),
            np.full(unpaid, UNPAID),
            np.full(cancelled + refunded, CANCELLED),
        ]
    ).astype(np.int64)
    refund_days = np.zeros(rows, dtype=np.int64)
    refund_days[rows - refunded :] = rng.integers(1, LONGEST_REFUND_DAYS + 1, refunded)
    item_count = rng.choice([1, 2, 3], rows, p=ITEMS_PER_ORDER)
    cents = _payments(rng, valid, revenue_cents, item_count)

    shuffled = rng.permutation(rows)
    status, refund_days, cents = status[shuffled], refund_days[shuffled], cents[shuffled]
    item_count = item_count[shuffled]
    paid = np.sort(opening_seconds(rng, day, rows))
    # A refund that has not happened yet leaves the order as it was.
    pending = day.ordinal + refund_days > until.ordinal
    status[pending] = DONE
    updated = paid + rng.integers(60, 1_800, rows) + np.where(pending, 0, refund_days * 86_400)
    return _batches(rng, site, day, status, cents, item_count, paid, updated)


def _payments(rng: np.random.Generator, valid: int, revenue_cents: int, item_count: Ints) -> Ints:
    """Return cents of every order; the first ones, which are valid, add up to the revenue."""
    weights = rng.lognormal(0.0, 0.3, len(item_count)) * (0.35 + 0.65 * item_count)
    if valid == 0:
        return np.rint(465 * weights).astype(np.int64)
    above = revenue_cents - LOWEST_CENTS * valid
    parts = split_exactly(np.array([above + valid]), np.array([valid]), weights[:valid])
    others = np.rint(revenue_cents / valid * weights[valid:]).astype(np.int64)
    return np.concatenate([parts - 1 + LOWEST_CENTS, np.maximum(others, LOWEST_CENTS)])


def _batches(
    rng: np.random.Generator,
    site: Site,
    day: Day,
    status: Ints,
    cents: Ints,
    item_count: Ints,
    paid: Ints,
    updated: Ints,
) -> dict[str, pa.RecordBatch]:
    rows = len(status)
    prefix = f"{site.dept_id}{day.date:%y%m%d}"
    numbers = np.array([f"{prefix}{number:05d}" for number in range(rows)], dtype=object)
    members, guests = _members(rng, site, day, rows)
    trades = pa.RecordBatch.from_pydict(
        {
            "order_no": texts(numbers),
            "dept_id": small(site.dept_id, rows),
            "member_no": texts(members, guests),
            "order_status": small(status),
            "pay_money": decimals(cents * 100, precision=12),
            "pay_time": instants(paid, status == UNPAID),
            "update_time": instants(updated),
        }
    )
    order = np.repeat(np.arange(rows), item_count)
    items = len(order)
    item = rng.choice(len(MENU), items, p=POPULARITY)
    amounts = split_exactly(cents, item_count, rng.uniform(0.6, 1.4, items))
    trade_items = pa.RecordBatch.from_pydict(
        {
            "id": integers(row_ids(site, day, items)),
            "order_no": texts(numbers[order]),
            "item_no": picked(ITEM_NUMBERS, item),
            "item_name": picked(MENU, item),
            "quantity": small(1 + (rng.random(items) < DOUBLE_SHARE)),
            "actual_amount": decimals(amounts * 100, precision=12),
            "create_time": instants(paid[order] - 20),
        }
    )
    made = np.flatnonzero((status != UNPAID) & (status != CANCELLED))
    return {
        "trades": trades,
        "trade_items": trade_items,
        "production_orders": _production(rng, site, day, numbers[made], paid[made]),
    }


def _members(rng: np.random.Generator, site: Site, day: Day, rows: int) -> tuple[list[str], Bools]:
    """Return member numbers and where there is none; regulars come often, new ones join daily."""
    age = (day.date - max(site.open_date, HORIZON_START)).days
    known = 300 + 40 * age
    person = (known * rng.random(rows) ** 2.0).astype(np.int64)
    visitor = rng.random(rows) < VISITOR_SHARE
    home = np.where(visitor, 0, site.slot)
    members = [f"M{store:03d}{number:07d}" for store, number in zip(home, person, strict=True)]
    return members, rng.random(rows) >= MEMBER_SHARE


def _production(
    rng: np.random.Generator, site: Site, day: Day, numbers: np.ndarray, paid: Ints
) -> pa.RecordBatch:
    rows = len(numbers)
    age = (day.date - max(site.open_date, HORIZON_START)).days
    mean = MEAN_PRODUCTION_SECONDS * (1 + 0.5 * np.exp(-age / LEARNING_DAYS))
    seconds = np.rint(
        mean * rng.lognormal(-(PRODUCTION_SIGMA**2) / 2, PRODUCTION_SIGMA, rows)
    ).astype(np.int64)
    seconds[rng.random(rows) < REVERSED_SHARE] *= -1
    started = paid + rng.integers(5, 90, rows)
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(row_ids(site, day, rows)),
            "order_no": texts(numbers),
            "dept_id": small(site.dept_id, rows),
            "start_time": instants(started),
            "end_time": instants(started + seconds, rng.random(rows) < NO_END_SHARE),
        }
    )
