"""Trades, their items and their production."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dev.sample.columns import Ints, decimals, instants, integers, picked, texts
from dev.sample.columns import small_integers as small
from dev.sample.hours import opening_seconds
from dev.sample.menu import ITEM_NUMBERS, MENU, POPULARITY
from dev.sample.siteday import SiteDay
from dev.sample.stock import split_exactly

UNPAID, CANCELLED, DONE = 1, 4, 9
VALID_STATUSES = np.array([9, 8, 7, 6, 5, 3, 2])
VALID_SHARES = np.array([0.80, 0.10, 0.04, 0.02, 0.02, 0.01, 0.01])
UNPAID_SHARE, CANCELLED_SHARE, REFUNDED_SHARE = 0.008, 0.007, 0.003  # beside the valid orders
LONGEST_REFUND_DAYS = 6

LOWEST_CENTS = 50
MEMBER_SHARE = 0.85
VISITOR_SHARE = 0.05  # members of the first store
FIRST_MEMBERS, MEMBERS_PER_DAY = 300, 40
ITEMS_PER_ORDER = np.array([0.76, 0.19, 0.05])  # one, two, three: 1.29
DOUBLE_SHARE = 0.04

MEAN_PRODUCTION_SECONDS = 130.0
PRODUCTION_SIGMA = 0.45
LEARNING_DAYS = 30.0  # a new store begins at one and a half times the usual time
NO_END_SHARE, REVERSED_SHARE = 0.003, 0.0007


@dataclass(frozen=True)
class Trades:
    """The trades of a site and day before they become rows: one element each, in time order.

    Attributes:
        numbers: order numbers.
        status: status.
        cents: payment.
        items: number of items.
        paid: UTC epoch seconds of the payment, or of the order where it was never paid.
        updated: UTC epoch seconds of the last change.
    """

    numbers: npt.NDArray[np.object_]
    status: Ints
    cents: Ints
    items: Ints
    paid: Ints
    updated: Ints


def orders(at: SiteDay, valid: int, revenue_cents: int) -> dict[str, pa.RecordBatch]:
    """Return trades, trade items and production orders of a site and day.

    The valid trades are as many as asked for and their payments add up to the revenue.

    Args:
        at: site and day; refunds after its `until` have not happened yet.
        valid: number of orders with a valid status in the end.
        revenue_cents: what they pay together.
    """
    rng = at.generator("orders")
    trades = _trades(rng, at, valid, revenue_cents)
    return {
        "trades": _trade_rows(rng, at, trades),
        "trade_items": _item_rows(rng, at, trades),
        "production_orders": _production_rows(rng, at, trades),
    }


def _trades(rng: np.random.Generator, at: SiteDay, valid: int, revenue_cents: int) -> Trades:
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
    )
    refund_days = np.zeros(rows, dtype=np.int64)
    refund_days[rows - refunded :] = rng.integers(1, LONGEST_REFUND_DAYS + 1, refunded)
    items = rng.choice([1, 2, 3], rows, p=ITEMS_PER_ORDER)
    cents = _payments(rng, valid, revenue_cents, items)

    # A refund that has not happened yet leaves the order as it was.
    pending = ~at.has_happened(refund_days)
    status[pending] = DONE
    refund_days[pending] = 0
    shuffled = rng.permutation(rows)
    paid = np.sort(opening_seconds(rng, at.day, rows))
    prefix = f"{at.site.dept_id}{at.day.date:%y%m%d}"
    return Trades(
        numbers=np.array([f"{prefix}{number:05d}" for number in range(rows)], dtype=object),
        status=status[shuffled],
        cents=cents[shuffled],
        items=items[shuffled],
        paid=paid,
        updated=paid + rng.integers(60, 1_800, rows) + refund_days[shuffled] * 86_400,
    )


def _payments(rng: np.random.Generator, valid: int, revenue_cents: int, item_count: Ints) -> Ints:
    """Return cents of every order; the first ones, which are valid, add up to the revenue."""
    weights = rng.lognormal(0.0, 0.3, len(item_count)) * (0.35 + 0.65 * item_count)
    above = revenue_cents - LOWEST_CENTS * valid
    parts = split_exactly(np.array([above + valid]), np.array([valid]), weights[:valid])
    others = np.rint(revenue_cents / valid * weights[valid:]).astype(np.int64)
    return np.concatenate([parts - 1 + LOWEST_CENTS, np.maximum(others, LOWEST_CENTS)])


def _trade_rows(rng: np.random.Generator, at: SiteDay, trades: Trades) -> pa.RecordBatch:
    rows = len(trades.numbers)
    return pa.RecordBatch.from_pydict(
        {
            "order_no": texts(trades.numbers),
            "dept_id": small(at.site.dept_id, rows),
            "member_no": texts(_members(rng, at, rows), rng.random(rows) >= MEMBER_SHARE),
            "order_status": small(trades.status),
            "pay_money": decimals(trades.cents * 100, precision=12),
            "pay_time": instants(trades.paid, trades.status == UNPAID),
            "update_time": instants(trades.updated),
        }
    )


def _item_rows(rng: np.random.Generator, at: SiteDay, trades: Trades) -> pa.RecordBatch:
    order = np.repeat(np.arange(len(trades.numbers)), trades.items)
    rows = len(order)
    item = rng.choice(len(MENU), rows, p=POPULARITY)
    cents = split_exactly(trades.cents, trades.items, rng.uniform(0.6, 1.4, rows))
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(rows)),
            "order_no": texts(trades.numbers[order]),
            "item_no": picked(ITEM_NUMBERS, item),
            "item_name": picked(MENU, item),
            "quantity": small(1 + (rng.random(rows) < DOUBLE_SHARE)),
            "actual_amount": decimals(cents * 100, precision=12),
            "create_time": instants(trades.paid[order] - 20),
        }
    )


def _production_rows(rng: np.random.Generator, at: SiteDay, trades: Trades) -> pa.RecordBatch:
    made = np.flatnonzero((trades.status != UNPAID) & (trades.status != CANCELLED))
    rows = len(made)
    mean = MEAN_PRODUCTION_SECONDS * (1 + 0.5 * np.exp(-at.age_days / LEARNING_DAYS))
    seconds = np.rint(
        mean * rng.lognormal(-(PRODUCTION_SIGMA**2) / 2, PRODUCTION_SIGMA, rows)
    ).astype(np.int64)
    seconds[rng.random(rows) < REVERSED_SHARE] *= -1
    started = trades.paid[made] + rng.integers(5, 90, rows)
    return pa.RecordBatch.from_pydict(
        {
            "id": integers(at.ids(rows)),
            "order_no": texts(trades.numbers[made]),
            "dept_id": small(at.site.dept_id, rows),
            "start_time": instants(started),
            "end_time": instants(started + seconds, rng.random(rows) < NO_END_SHARE),
        }
    )


def _members(rng: np.random.Generator, at: SiteDay, rows: int) -> list[str]:
    """Return member numbers: regulars come often, new members join every day."""
    known = FIRST_MEMBERS + MEMBERS_PER_DAY * at.age_days
    person = (known * rng.random(rows) ** 2.0).astype(np.int64)
    home = np.where(rng.random(rows) < VISITOR_SHARE, 0, at.site.slot)
    return [f"M{store:03d}{number:07d}" for store, number in zip(home, person, strict=True)]
