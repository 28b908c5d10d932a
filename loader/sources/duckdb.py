"""A DuckDB file as a source: the embedded sample of the demo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

import duckdb
import pyarrow as pa

from loader import duck, rowtext
from loader.arrow import arrow_schema
from loader.feeds import Feed
from loader.settings import DuckDBAddress
from loader.sources.base import Counts, Key, LiveColumn, Tally, Totals, noted
from loader.windows import Part


class DuckDBSource:
    """One connection to a DuckDB file, which stays as it is.

    Args:
        server: its name in feeds.yml, for messages.
        address: the file.
    """

    is_mysql = False

    def __init__(self, server: str, address: DuckDBAddress) -> None:
        self._where = f"source {server} ({address})"
        self._connection = duck.connect(address.path, self._where, read_only=True)

    def live_columns(self, schema: str, table: str) -> list[LiveColumn]:
        """See `Source.live_columns`."""
        with duck.translated(self._where):
            return duck.read_columns(self._connection, schema, table)

    def begin(self) -> datetime:
        """See `Source.begin`."""
        now = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
        self._run("BEGIN TRANSACTION")
        return now

    def end(self) -> None:
        """See `Source.end`."""
        self._run("ROLLBACK")

    def count(self, part: Part, *, unreal_dates: bool) -> Counts:
        """See `Source.count`; DuckDB has no unreal dates."""
        inside = rowtext.where_part(part, duck.quote).removeprefix(" WHERE ") or "true"
        column = part.feed.date_column
        undated = f"{duck.quote(column)} IS NULL" if column else "false"
        rows = missing = 0
        for table in part.feed.tables:
            found = self._run(
                f"SELECT count(*) FILTER ({inside}), count(*) FILTER ({undated}) "
                f"FROM {duck.quote(part.feed.schema_name, table)}"
            ).fetchone()
            rows += found[0] if found else 0
            missing += found[1] if found else 0
        return Counts(rows, missing)

    def is_empty(self, feed: Feed) -> bool:
        """See `Source.is_empty`."""
        return not any(
            self._run(f"SELECT 1 FROM {duck.quote(feed.schema_name, table)} LIMIT 1").fetchone()
            for table in feed.tables
        )

    def csv(self, part: Part, tally: Tally) -> Iterator[bytes]:
        """See `Source.csv`."""
        text = f"{rowtext.duckdb_row(part.feed)} || chr(10)"
        with duck.translated(self._where):
            for batch in self._reader(part, f"{text} AS line"):
                tally.rows += batch.num_rows
                lines = batch.column(0).cast(pa.large_string())
                # The lines lie one behind the other in the values of the column.
                offsets = memoryview(lines.buffers()[1]).cast("q")
                first, last = offsets[lines.offset], offsets[lines.offset + len(lines)]
                if last > first:
                    yield bytes(memoryview(lines.buffers()[2])[first:last])

    def arrow(self, part: Part, tally: Tally) -> pa.RecordBatchReader:
        """See `Source.arrow`."""
        schema = arrow_schema(part.feed)
        columns = ", ".join(duck.quote(name) for name in part.feed.columns)

        def batches() -> Iterator[pa.RecordBatch]:
            with noted(tally), duck.translated(self._where):
                for batch in self._reader(part, columns):
                    tally.rows += batch.num_rows
                    yield batch.cast(schema)

        return pa.RecordBatchReader.from_batches(schema, batches())

    def rows(self, part: Part, batch: int) -> Iterator[list[tuple[Any, ...]]]:
        """See `Source.rows`."""
        columns = ", ".join(duck.quote(name) for name in part.feed.columns)
        where = rowtext.where_part(part, duck.quote)
        with duck.translated(self._where):
            for table in part.feed.tables:
                name = duck.quote(part.feed.schema_name, table)
                cursor = self._connection.execute(f"SELECT {columns} FROM {name}{where}")
                while found := cursor.fetchmany(batch):
                    yield found

    def tables_of_keys(self, feed: Feed, keys: Sequence[Key]) -> dict[Key, list[str]]:
        """See `Source.tables_of_keys`."""
        names = ", ".join(duck.quote(name) for name in feed.key)
        one = f"({', '.join(['?'] * len(feed.key))})"
        values = [value for key in keys for value in key]
        found: dict[Key, list[str]] = {}
        for table in feed.tables:
            query = (
                f"SELECT {names} FROM {duck.quote(feed.schema_name, table)} "
                f"WHERE ({names}) IN ({', '.join([one] * len(keys))})"
            )
            for key in self._run(query, values).fetchall():
                found.setdefault(tuple(key), []).append(feed.full_name(table))
        return found

    def totals(self, part: Part, days: Sequence[tuple[date, Part]]) -> dict[date | None, Totals]:
        """See `Source.totals`; without a checksum, whose text other engines write otherwise."""
        results: list[tuple[Any, ...]] = []
        for table in part.feed.tables:
            name = duck.quote(part.feed.schema_name, table)
            query = rowtext.totals_query(part, days, name, duck.quote, None)
            results += self._run(query).fetchall()
        return rowtext.merge_totals(part.feed, days, results)

    def abort(self) -> None:
        """See `Source.abort`."""
        self._connection.interrupt()

    def close(self) -> None:
        """See `Source.close`."""
        self._connection.close()

    def _reader(self, part: Part, columns: str) -> Iterator[pa.RecordBatch]:
        where = rowtext.where_part(part, duck.quote)
        for table in part.feed.tables:
            name = duck.quote(part.feed.schema_name, table)
            query = f"SELECT {columns} FROM {name}{where}"
            yield from self._connection.execute(query).to_arrow_reader(duck.BATCH_ROWS)

    def _run(self, sql: str, values: Sequence[Any] | None = None) -> duckdb.DuckDBPyConnection:
        with duck.translated(self._where):
            return self._connection.execute(sql, values)
