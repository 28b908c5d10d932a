"""Local business days and the UTC seconds at which they begin, end and open."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

NEW_YORK = ZoneInfo("America/New_York")

HORIZON_START = date(2025, 6, 30)
HORIZON_END = date(2029, 12, 31)
PREDICTIONS_START = date(2026, 1, 1)


@dataclass(frozen=True)
class Day:
    """One local business date in New York; all its instants are epoch seconds in UTC."""

    date: date

    @cached_property
    def ordinal(self) -> int:
        """Days since the first day any store was open."""
        return (self.date - HORIZON_START).days

    @cached_property
    def starts(self) -> int:
        """Epoch second of local midnight."""
        return self.at(time(0))

    @cached_property
    def ends(self) -> int:
        """Epoch second of the next local midnight: 23, 24 or 25 hours after `starts`."""
        return Day(self.date + timedelta(days=1)).starts

    @cached_property
    def clock_zero(self) -> int:
        """What to add to seconds on the wall clock, from 03:00 on, to get epoch seconds."""
        return self.at(time(12)) - 12 * 3600

    @property
    def is_weekend(self) -> bool:
        """Whether it is a Saturday or a Sunday."""
        return self.date.weekday() >= 5

    def at(self, wall_clock: time) -> int:
        """Return the epoch second of a wall-clock time on this date."""
        local = datetime.combine(self.date, wall_clock, NEW_YORK)
        return int(local.astimezone(UTC).timestamp())


def days(first: date, count: int) -> Iterator[Day]:
    """Yield so many days from the first on."""
    for offset in range(count):
        yield Day(first + timedelta(days=offset))
