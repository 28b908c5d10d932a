"""The stores that count, and the raw rows that belong to one of their business dates."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd

from tests.python.oracle.seeds import DEFAULT_TIME_ZONE
from tests.python.oracle.values import calendar_date, instant, integer, text

from .seeds import StoreSeeds

Record = dict[str, object]


@dataclass(frozen=True)
class Store:
    """A store with the dates on which it has rows, both ends included."""

    shop_no: str
    dept_id: int
    peer_group: str | None
    time_zone: ZoneInfo
    open_date: date
    closed_on: date | None
    hourly_capacity: float | None
    latitude: float | None
    longitude: float | None

    def local(self, utc: datetime) -> datetime:
        """Return the wall-clock time, without a zone mark, of an instant in UTC."""
        return utc.replace(tzinfo=UTC).astimezone(self.time_zone).replace(tzinfo=None)

    def is_open(self, day: date) -> bool:
        """Tell whether a date lies between the opening and the closing of the store."""
        return self.open_date <= day and (self.closed_on is None or day <= self.closed_on)

    def day_number(self, day: date) -> int:
        """Return 1 on the opening date and one more on every date after it."""
        return (day - self.open_date).days + 1

    def days(self, as_of: date) -> list[date]:
        """Return every date on which the store has a row, up to and including the as-of date."""
        last = as_of if self.closed_on is None else min(as_of, self.closed_on)
        return [
            self.open_date + timedelta(days=offset)
            for offset in range((last - self.open_date).days + 1)
        ]


@dataclass(frozen=True)
class Located:
    """A raw row with its store and the local time of the event that dates it."""

    store: Store
    local_at: datetime
    record: Record

    @property
    def day(self) -> date:
        """The business date."""
        return self.local_at.date()


def counted_stores(raw: Mapping[str, pd.DataFrame], seeds: StoreSeeds) -> dict[int, Store]:
    """Return the stores that count, by dept_id.

    A department is a store when it has a mapping to a shop that exists and has an opening date,
    and neither is excluded.
    """
    opened_on = {
        text(row["shop_no"]): calendar_date(row["open_date"]) for row in records(raw["shops"])
    }
    stores: dict[int, Store] = {}
    for row in records(raw["shop_depts"]):
        dept_id, shop_no = integer(row["dept_id"]), text(row["shop_no"])
        open_date = opened_on.get(shop_no)
        if dept_id is None or shop_no is None or open_date is None:
            continue
        if dept_id in seeds.excluded_depts or shop_no in seeds.excluded_shops:
            continue
        known = seeds.stores.get(dept_id)
        stores[dept_id] = Store(
            shop_no=shop_no,
            dept_id=dept_id,
            peer_group=known.peer_group if known else None,
            time_zone=known.time_zone if known else DEFAULT_TIME_ZONE,
            open_date=open_date,
            closed_on=known.closed_on if known else None,
            hourly_capacity=known.hourly_capacity if known else None,
            latitude=known.latitude if known else None,
            longitude=known.longitude if known else None,
        )
    return stores


def located_rows(
    frame: pd.DataFrame, stores: Mapping[int, Store], time_column: str
) -> Iterator[Located]:
    """Yield the rows of a feed that belong to an open day of a store that counts.

    Args:
        frame: raw rows with a dept_id.
        stores: stores by dept_id.
        time_column: the instant, in UTC, that dates a row.
    """
    for record in records(frame):
        located = locate(record, stores.get(integer(record["dept_id"]) or 0), time_column)
        if located is not None:
            yield located


def locate(record: Record, store: Store | None, time_column: str) -> Located | None:
    """Give a row its local time, None unless its store counts and is open on that date."""
    occurred_at = instant(record[time_column])
    if store is None or occurred_at is None:
        return None
    located = Located(store, store.local(occurred_at), record)
    return located if store.is_open(located.day) else None


def records(frame: pd.DataFrame) -> Iterator[Record]:
    """Yield the rows of a frame as dictionaries."""
    columns = [str(column) for column in frame.columns]
    for values in frame.itertuples(index=False, name=None):
        yield dict(zip(columns, values, strict=True))
