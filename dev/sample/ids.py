"""Ids that grow with the time of posting and never collide, whatever range is written."""

import numpy as np

from dev.sample.calendar import Day
from dev.sample.columns import Ints
from dev.sample.stores import Site

_PER_SITE = 100_000
_SITES = 1_000
_LATE = 60_000  # upper part of a block: rows of an earlier day, posted on this one
_PER_LAG = 4_000


def _block(site: Site, ordinal: Ints) -> Ints:
    # One more day, so that the first block is not 0.
    return ((ordinal + 1) * _SITES + site.slot) * _PER_SITE


def row_ids(site: Site, day: Day, rows: int) -> Ints:
    """Return ids for the rows of a site and day, in the order they are posted."""
    return _block(site, np.full(rows, day.ordinal)) + np.arange(rows)


def posted_late(ids: Ints, site: Site, day: Day, lag_days: Ints) -> Ints:
    """Return the ids with those of late rows moved to the day they were posted.

    Args:
        ids: ids of the rows of a site and day.
        site: the site.
        day: the day the rows belong to.
        lag_days: days between the row's own time and its posting, 0 to 9.
    """
    late = lag_days > 0
    moved = ids.copy()
    moved[late] = (
        _block(site, day.ordinal + lag_days[late])
        + _LATE
        + lag_days[late] * _PER_LAG
        + np.arange(int(late.sum()))
    )
    return moved
