"""Windows of business dates, and where they begin and end in the clock of a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from loader.feeds import Catalog, Feed


@dataclass(frozen=True, order=True)
class Window:
    """Business dates from first to last, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def days(self) -> list[date]:
        """Every date of it."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=offset) for offset in range(count)]

    def cut(self, days: int) -> Iterator[Window]:
        """Cut it into windows of at most `days` days, oldest first."""
        first = self.first
        while first <= self.last:
            last = min(first + timedelta(days=days - 1), self.last)
            yield Window(first, last)
            first = last + timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """The rows of a feed that one step copies: `lower <= date column < upper`, or all of them.

    Attributes:
        lower, upper: values of the date column, in the clock of the source; None for a feed
            that is copied whole.
    """

    feed: Feed
    window: Window | None = None
    lower: date | datetime | None = None
    upper: date | datetime | None = None

    def __str__(self) -> str:
        return f"{self.feed.name} {self.window}" if self.window else self.feed.name


class Calendar:
    """Turns business dates into instants and back.

    Args:
        catalog: gives the zone of business dates and the clock of the sources.
    """

    def __init__(self, catalog: Catalog) -> None:
        self.zone = ZoneInfo(catalog.time_zone)
        self.clock = ZoneInfo(catalog.clock)

    def today(self) -> date:
        """The business date of this moment."""
        return datetime.now(self.zone).date()

    def starts(self, day: date) -> datetime:
        """The instant at which a business date begins, in UTC without a zone."""
        return self._local_midnight(day, ZoneInfo("UTC"))

    def ends(self, day: date) -> datetime:
        """The instant at which a business date is over, in UTC without a zone."""
        return self.starts(day + timedelta(days=1))

    def last_ended(self, instant: datetime) -> date:
        """The last business date that was over at an instant in UTC without a zone."""
        return instant.replace(tzinfo=UTC).astimezone(self.zone).date() - timedelta(days=1)

    def bound(self, feed: Feed, day: date) -> date | datetime:
        """The first value of the feed's date column that belongs to `day` or later."""
        return day if feed.date_kind == "date" else self._local_midnight(day, self.clock)

    def part(self, feed: Feed, window: Window | None) -> Part:
        """The rows of a feed in a window; None stands for a feed that is copied whole."""
        if window is None:
            return Part(feed)
        after = window.last + timedelta(days=1)
        return Part(feed, window, self.bound(feed, window.first), self.bound(feed, after))

    def business_date(self, value: date | datetime) -> date:
        """The business date of a value of a date column."""
        if not isinstance(value, datetime):
            return value
        return value.replace(tzinfo=self.clock).astimezone(self.zone).date()

    def _local_midnight(self, day: date, zone: ZoneInfo) -> datetime:
        # Through UTC: arithmetic on two local times would ignore the offset between them.
        local = datetime.combine(day, time.min, self.zone)
        return local.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
