"""What every source engine offers, whatever the engine."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol

from loader.errors import LoaderError
from loader.feeds import Feed
from loader.windows import Part

if TYPE_CHECKING:
    import pyarrow as pa

LiveKind = Literal["int", "decimal", "string", "date", "datetime", "timestamp", "other"]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class LiveColumn:
    """A column as the server has it.

    Attributes:
        text: its type in the words of the server, for messages.
        size: bits of an integer, digits of a decimal, characters of a string (0: no limit).
        scale: digits after the point of a decimal, of the seconds of an instant.
        charset: of a string on MySQL and MariaDB, otherwise empty.
    """

    name: str
    kind: LiveKind
    text: str
    size: int = 0
    scale: int = 0
    nullable: bool = True
    charset: str = ""


@dataclass(frozen=True)
class Counts:
    """What the source says about a part, in the snapshot that is copied.

    Attributes:
        rows: rows of the part.
        undated: rows of the whole feed that belong to no business date.
        unreal: values in `rows` that no calendar knows (zero dates); only counted when asked.
    """

    rows: int
    undated: int = 0
    unreal: int = 0


@dataclass(frozen=True)
class Totals:
    """Aggregates of a feed on one day, equal at both ends when the rows are.

    Attributes:
        sums: per numeric column, None where no value is.
        checksum: over all columns of all rows, None where an end cannot compute it.
    """

    rows: int
    sums: Mapping[str, Decimal | None]
    checksum: int | None = None


@dataclass
class Tally:
    """Counts rows while they pass.

    Attributes:
        rows: so far.
        failure: why the source stopped; an engine that pulls rows may hide the error.
    """

    rows: int = 0
    failure: LoaderError | None = None


class Source(Protocol):
    """A source server, read only. Calls between `begin` and `end` see one and the same snapshot.

    Every method raises `UnreachableError` when the connection breaks and `LoaderError` for any
    other failure; neither message contains a secret.
    """

    @property
    def is_mysql(self) -> bool:
        """Whether it is MySQL or MariaDB, which compute the same checksums."""
        ...

    def live_columns(self, schema: str, table: str) -> list[LiveColumn]:
        """Columns of a table in their order; empty when it is missing or may not be read."""
        ...

    def begin(self) -> datetime:
        """Open a snapshot.

        Returns:
            An instant not later than it, UTC without a zone, by the clock of the server.
        """
        ...

    def end(self) -> None:
        """Close the snapshot."""
        ...

    def count(self, part: Part, *, unreal_dates: bool) -> Counts:
        """Count the rows of a part."""
        ...

    def is_empty(self, feed: Feed) -> bool:
        """Whether none of the feed's tables has a row."""
        ...

    def csv(self, part: Part, tally: Tally) -> Iterator[bytes]:
        """The rows of a part as CSV text, in blocks of whole lines.

        Fields stand in the order of the feed. Strings are in double quotes, quotes in them
        doubled; the bare word NULL is NULL; nothing else is special, so that every value survives.
        """
        ...

    def arrow(self, part: Part, tally: Tally) -> pa.RecordBatchReader:
        """The rows of a part as record batches; dates that no calendar knows are NULL."""
        ...

    def rows(self, part: Part, batch: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a part in lists of at most `batch`; values that the warehouse can bind."""
        ...

    def tables_of_keys(self, feed: Feed, keys: Sequence[Key]) -> dict[Key, list[str]]:
        """In which tables each key stands; a table is named as often as it has the key."""
        ...

    def totals(self, part: Part, days: Sequence[tuple[date, Part]]) -> dict[date | None, Totals]:
        """Totals by business date of the rows of a part.

        Args:
            part: the whole range.
            days: each date with its own bounds; empty for a feed that is copied whole, whose
                totals then stand under None.
        """
        ...

    def abort(self) -> None:
        """Make another thread that is reading stop at once; only `close` may follow."""
        ...

    def close(self) -> None:
        """Give the connection back; never fails."""
        ...


@contextlib.contextmanager
def noted(tally: Tally) -> Iterator[None]:
    """Leave an error that passes in the tally too."""
    try:
        yield
    except LoaderError as error:
        tally.failure = error
        raise
