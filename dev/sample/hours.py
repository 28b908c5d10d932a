"""When in a business day things happen."""

import numpy as np

from dev.sample.calendar import Day
from dev.sample.columns import Ints

# Orders per local hour from 7; the peak at 9 is hour 14 UTC in winter (operations report, 8.1).
FIRST_HOUR = 7
_UNTIL_15 = (4_200, 9_300, 15_033, 10_900, 9_700, 9_100, 11_470, 7_900)
_UNTIL_22 = (6_600, 5_300, 3_600, 1_900, 500, 150, 40)
ORDERS_BY_HOUR = np.array(_UNTIL_15 + _UNTIL_22, dtype=float)
_HOURS = FIRST_HOUR + np.arange(len(ORDERS_BY_HOUR) + 1)
_UP_TO_HOUR = np.concatenate([[0.0], np.cumsum(ORDERS_BY_HOUR) / ORDERS_BY_HOUR.sum()])


def opening_seconds(rng: np.random.Generator, day: Day, size: int) -> Ints:
    """Draw epoch seconds that follow the orders of a day, not sorted."""
    hours = np.interp(rng.random(size), _UP_TO_HOUR, _HOURS)
    seconds: Ints = day.clock_zero + (hours * 3600).astype(np.int64)
    return seconds


def any_seconds(rng: np.random.Generator, day: Day, size: int) -> Ints:
    """Draw epoch seconds from the whole of a day, whose length changes with the clocks."""
    return rng.integers(day.starts, day.ends, size)
