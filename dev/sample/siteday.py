"""One site on one business date: the unit in which rows are made."""

from dataclasses import dataclass

import numpy as np

from dev.sample.calendar import Day
from dev.sample.columns import Bools, Ints
from dev.sample.randomness import generator
from dev.sample.stores import Site

# Ids grow with the day of posting and never collide: day, site, number.
_PER_SITE = 100_000
_SITES = 1_000
_LATE = 60_000  # upper part of a block: rows of an earlier day, posted on this one
_PER_LAG = 4_000


@dataclass(frozen=True)
class SiteDay:
    """A site on a day, its random numbers and its ids.

    Attributes:
        seed: the run's seed.
        site: the site.
        day: the local business date.
        until: the sources are shown as they stood at the end of this day.
    """

    seed: int
    site: Site
    day: Day
    until: Day

    def generator(self, purpose: str) -> np.random.Generator:
        """Return the generator of one purpose on this day at this site."""
        return generator(self.seed, purpose, self.site.slot, self.day.ordinal)

    @property
    def age_days(self) -> int:
        """Days since the site opened."""
        return (self.day.date - self.site.open_date).days

    def has_happened(self, lag_days: Ints) -> Bools:
        """Return whether what comes so many days after this day has come by `until`."""
        return self.day.ordinal + lag_days <= self.until.ordinal

    def ids(self, rows: int, lag_days: Ints | None = None) -> Ints:
        """Return ids of the day's rows in the order of posting.

        Args:
            rows: how many.
            lag_days: days between a row's own time and its posting, 0 to 9; such a row has an id
                among those of the later day.
        """
        numbers = np.arange(rows, dtype=np.int64)
        if lag_days is None:
            lag_days = np.zeros(rows, dtype=np.int64)
        late = lag_days > 0
        numbers[late] = _LATE + lag_days[late] * _PER_LAG + np.arange(int(late.sum()))
        # One more day, so that the first id is not 0.
        block = (self.day.ordinal + 1 + lag_days) * _SITES + self.site.slot
        ids: Ints = block * _PER_SITE + numbers
        return ids
