"""What every warehouse engine offers, and the checks that do not depend on the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from loader.errors import DuplicateKeyError
from loader.feeds import ColumnType, Feed, parse_type
from loader.sources.base import Key, LiveColumn, Source, Totals
from loader.windows import Part

KEYS_AT_ONCE = 1000
STAMP_COLUMNS: Mapping[str, ColumnType] = {
    "_loaded_at": parse_type("datetime"),
    "_load_id": parse_type("bigint"),
}


@dataclass(frozen=True)
class Stamp:
    """What marks the rows of one step.

    Attributes:
        load_id: of the step.
        loaded_at: UTC without a zone, whole seconds.
    """

    load_id: int
    loaded_at: datetime


@dataclass(frozen=True)
class Written:
    """What a step did to a raw table, not yet committed.

    Attributes:
        rows_read: rows that came from the source.
        rows_written: rows that the warehouse says it inserted.
        rows_deleted: rows that stood there before, moved ones included.
        rows_present: rows of the part that the raw table holds now.
        moved_from: lowest old value of the date column among rows that stood outside the part.
    """

    rows_read: int
    rows_written: int
    rows_deleted: int
    rows_present: int
    moved_from: date | datetime | None = None


class Warehouse(Protocol):
    """The warehouse, one connection. Errors are those of `Source`."""

    @property
    def is_mysql(self) -> bool:
        """Whether it is MySQL or MariaDB."""
        ...

    @property
    def note(self) -> str:
        """What makes loading slower than it could be; empty when nothing does."""
        ...

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Run a statement whose placeholders are question marks and return its rows."""
        ...

    def begin(self) -> None:
        """Begin a transaction; without one every statement commits on its own."""
        ...

    def commit(self) -> None:
        """Commit it."""
        ...

    def rollback(self) -> None:
        """Undo it."""
        ...

    def create_table(
        self, name: str, columns: Mapping[str, ColumnType], key: Sequence[str], index: str | None
    ) -> None:
        """Create a table unless it exists.

        Args:
            name: of the table.
            columns: types by name, in order.
            key: columns that identify a row.
            index: a further column to find rows by.
        """
        ...

    def live_columns(self, table: str) -> list[LiveColumn]:
        """Columns of a table; empty when it does not exist."""
        ...

    def check_privileges(self, table: str) -> None:
        """Fail unless rows of a table may be read, inserted and deleted; changes nothing."""
        ...

    def replace(self, source: Source, part: Part, stamp: Stamp) -> Written:
        """Put the rows of a part in the place of those that stand there, in this transaction.

        Raises:
            DuplicateKeyError: a key stands more than once in the source.
        """
        ...

    def totals(self, part: Part, days: Sequence[tuple[date, Part]]) -> dict[date | None, Totals]:
        """Totals of the raw table, as `Source.totals` gives them for the source."""
        ...

    def reconnect(self) -> None:
        """Give up a broken connection and open a new one."""
        ...

    def close(self) -> None:
        """Give the connection and the lock back; never fails."""
        ...


def raw_columns(feed: Feed) -> dict[str, ColumnType]:
    """Columns of the raw table of a feed."""
    return {**feed.columns, **STAMP_COLUMNS}


def check_unique(source: Source, feed: Feed, keys: Sequence[Key]) -> None:
    """Fail when one of the keys stands more than once in the source.

    Raises:
        DuplicateKeyError: names the feed, the lowest such key and the tables that hold it.
    """
    for start in range(0, len(keys), KEYS_AT_ONCE):
        found = source.tables_of_keys(feed, keys[start : start + KEYS_AT_ONCE])
        for key in sorted(found):
            tables = found[key]
            if len(tables) > 1:
                raise DuplicateKeyError(
                    f"feed {feed.name}: duplicate key {key_text(feed, key)} "
                    f"in {' and '.join(sorted(set(tables)))}"
                )


def key_text(feed: Feed, key: Key) -> str:
    """A key as messages show it."""
    return ", ".join(f"{name}={value}" for name, value in zip(feed.key, key, strict=True))
