"""A DuckDB file as the warehouse: for a laptop, the demo and the tests."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import duckdb

from loader import duck, mysql, rowtext
from loader.errors import LoaderError
from loader.feeds import ColumnType, Feed
from loader.lock import FileLock
from loader.settings import DuckDBAddress
from loader.sources.base import LiveColumn, Source, Tally, Totals
from loader.warehouse.base import KEYS_AT_ONCE, Stamp, Written, check_unique
from loader.windows import Part

INCOMING = "storewatch_incoming"


class DuckDBWarehouse:
    """One connection to the warehouse file.

    Args:
        address: the file; created with its directory when a run writes.
        verb: takes the run lock under this name; None opens the file read only.
    """

    is_mysql = False
    note = ""

    def __init__(self, address: DuckDBAddress, verb: str | None) -> None:
        self._where = f"warehouse {address}"
        if verb is None and not address.path.exists():
            raise LoaderError(
                f"{self._where}: the file does not exist: run `python -m loader setup`"
            )
        self._lock = FileLock(address.path, verb) if verb is not None else None
        try:
            self._connection = duck.connect(address.path, self._where, read_only=verb is None)
        except LoaderError:
            if self._lock:
                self._lock.release()
            raise

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `Warehouse.run`."""
        with duck.translated(self._where):
            return self._connection.execute(sql, list(values)).fetchall()

    def begin(self) -> None:
        """See `Warehouse.begin`."""
        self.run("BEGIN TRANSACTION")

    def commit(self) -> None:
        """See `Warehouse.commit`."""
        self.run("COMMIT")

    def rollback(self) -> None:
        """See `Warehouse.rollback`."""
        self.run("ROLLBACK")

    def create_table(
        self, name: str, columns: Mapping[str, ColumnType], key: Sequence[str], index: str | None
    ) -> None:
        """See `Warehouse.create_table`; without key and index, which bulk writes pay dearly for."""
        required = {*key, "_loaded_at", "_load_id"}
        definitions = [
            f"{duck.quote(column)} {'timestamp' if kind.kind == 'datetime' else kind}"
            f"{' NOT NULL' if column in required else ''}"
            for column, kind in columns.items()
        ]
        self.run(f"CREATE TABLE IF NOT EXISTS {duck.quote(name)} ({', '.join(definitions)})")

    def live_columns(self, table: str) -> list[LiveColumn]:
        """See `Warehouse.live_columns`."""
        with duck.translated(self._where):
            return duck.read_columns(self._connection, "main", table)

    def check_privileges(self, table: str) -> None:
        """See `Warehouse.check_privileges`; who may write the file may write the table."""

    def replace(self, source: Source, part: Part, stamp: Stamp) -> Written:
        """See `Warehouse.replace`."""
        feed, raw = part.feed, duck.quote(part.feed.raw_table)
        where = rowtext.where_part(part, duck.quote)
        deleted = self._change(f"DELETE FROM {raw}{where}")
        tally = Tally()
        self._connection.register(INCOMING, source.arrow(part, tally))
        names = ", ".join(duck.quote(name) for name in feed.columns)
        try:
            written = self._change(
                f"INSERT INTO {raw} ({names}, _loaded_at, _load_id) "
                f"SELECT {names}, TIMESTAMP {mysql.literal(stamp.loaded_at)}, "
                f"{stamp.load_id} FROM {INCOMING}"
            )
        except LoaderError as error:
            raise tally.failure or error from None
        finally:
            self._connection.unregister(INCOMING)
        moved, moved_from = self._settle_keys(source, feed, stamp)
        present = self.run(f"SELECT count(*) FROM {raw}{where}")[0][0]
        return Written(tally.rows, written, deleted + moved, present, moved_from)

    def totals(self, part: Part, days: Sequence[tuple[date, Part]]) -> dict[date | None, Totals]:
        """See `Warehouse.totals`; without a checksum."""
        query = rowtext.totals_query(part, days, duck.quote(part.feed.raw_table), duck.quote, None)
        return rowtext.merge_totals(part.feed, days, self.run(query))

    def reconnect(self) -> None:
        """See `Warehouse.reconnect`; a file does not break off, so only the transaction ends."""
        with contextlib.suppress(duckdb.Error):
            self._connection.rollback()

    def close(self) -> None:
        """See `Warehouse.close`."""
        with contextlib.suppress(duckdb.Error):
            self._connection.close()
        if self._lock:
            self._lock.release()

    def _settle_keys(
        self, source: Source, feed: Feed, stamp: Stamp
    ) -> tuple[int, date | datetime | None]:
        """Refuse keys that came twice; remove the old rows of keys that stood on another date."""
        raw = duck.quote(feed.raw_table)
        keys = ", ".join(duck.quote(name) for name in feed.key)
        new = f"SELECT {keys} FROM {raw} WHERE _load_id = {stamp.load_id}"
        twice = self.run(
            f"{new} GROUP BY {keys} HAVING count(*) > 1 ORDER BY {keys} LIMIT {KEYS_AT_ONCE}"
        )
        if twice:
            check_unique(source, feed, twice)
            raise LoaderError(f"feed {feed.name}: the source yields rows twice")
        old = f"FROM {raw} WHERE _load_id <> {stamp.load_id} AND ({keys}) IN ({new})"
        if feed.date_column is None:
            return 0, None
        moved = self.run(f"SELECT {keys}, {duck.quote(feed.date_column)} {old}")
        if not moved:
            return 0, None
        # A key that is elsewhere in the source as well has not moved.
        check_unique(source, feed, [row[:-1] for row in moved])
        return self._change(f"DELETE {old}"), min(row[-1] for row in moved)

    def _change(self, sql: str) -> int:
        return int(self.run(sql)[0][0])
