"""A MySQL or MariaDB server as the warehouse."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import pymysql
from pymysql.cursors import SSCursor

from loader import lock, mysql, rowtext
from loader.errors import LoaderError, UnreachableError
from loader.feeds import ColumnType, Feed
from loader.settings import MySQLAddress
from loader.sources.base import Key, LiveColumn, Source, Totals
from loader.sources.mysql import read_columns
from loader.warehouse.base import (
    KEYS_AT_ONCE,
    Stamp,
    Written,
    check_unique,
    raw_columns,
)
from loader.warehouse.transport import Cargo, insert_batches, load_data
from loader.windows import Part

STAGE = "storewatch_stage"


class MySQLWarehouse:
    """One connection to the warehouse, which holds the run lock when there is one.

    The lock and the transactions share the connection on purpose: what commits was locked.

    Args:
        address: the server.
        schema: of the warehouse.
        timeout: seconds until connecting is given up.
        verb: takes the run lock under this name; None to only read.
    """

    is_mysql = True

    def __init__(self, address: MySQLAddress, schema: str, timeout: int, verb: str | None) -> None:
        self._where = f"warehouse {schema} ({address})"
        self._address, self._schema, self._timeout, self._verb = address, schema, timeout, verb
        self._connection = self._open(first=True)

    @property
    def note(self) -> str:
        """See `Warehouse.note`."""
        if self._local_infile:
            return ""
        return "local_infile is off on the warehouse: loading in batches of 5000 rows, slower"

    def run(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """See `Warehouse.run`."""
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            # Without values the driver leaves percent signs alone.
            cursor.execute(sql.replace("?", "%s") if values else sql, values or None)
            return list(cursor.fetchall())

    def begin(self) -> None:
        """See `Warehouse.begin`."""
        self.run("START TRANSACTION")

    def commit(self) -> None:
        """See `Warehouse.commit`."""
        self.run("COMMIT")

    def rollback(self) -> None:
        """See `Warehouse.rollback`."""
        self.run("ROLLBACK")

    def create_table(
        self, name: str, columns: Mapping[str, ColumnType], key: Sequence[str], index: str | None
    ) -> None:
        """See `Warehouse.create_table`."""
        keys = [f"PRIMARY KEY ({', '.join(mysql.quote(column) for column in key)})"]
        if index:
            keys.append(f"KEY {mysql.quote(index)} ({mysql.quote(index)})")
        required = {*key, "_loaded_at", "_load_id"}
        self.run(
            f"CREATE TABLE IF NOT EXISTS {mysql.quote(name)} "
            f"({', '.join([*_definitions(columns, required), *keys])}) "
            "ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        )

    def live_columns(self, table: str) -> list[LiveColumn]:
        """See `Warehouse.live_columns`."""
        return read_columns(self._fetch, self._schema, table)

    def check_privileges(self, table: str) -> None:
        """See `Warehouse.check_privileges`."""
        name = mysql.quote(table)
        self.run(f"DELETE FROM {name} WHERE 1 = 0")
        self.run(f"INSERT INTO {name} SELECT * FROM {name} WHERE 1 = 0")
        self.run(f"CREATE TEMPORARY TABLE {STAGE} (id int)")
        self.run(f"DROP TEMPORARY TABLE {STAGE}")

    def replace(self, source: Source, part: Part, stamp: Stamp) -> Written:
        """See `Warehouse.replace`.

        The quick way sends the rows straight into the raw table. It cannot tell which rows
        collided, so at any sign of a collision everything is undone and done again by way of a
        temporary table, from the same snapshot.
        """
        written = self._quick(source, part, stamp)
        if written.rows_read == written.rows_written == written.rows_present:
            return written
        self.rollback()
        return self._careful(source, part, stamp)

    def totals(self, part: Part, days: Sequence[tuple[date, Part]]) -> dict[date | None, Totals]:
        """See `Warehouse.totals`."""
        feed = part.feed
        checksum = f"CRC32({rowtext.mysql_row(feed)})"
        query = rowtext.totals_query(part, days, mysql.quote(feed.raw_table), mysql.quote, checksum)
        return rowtext.merge_totals(feed, days, self._fetch(query))

    def reconnect(self) -> None:
        """See `Warehouse.reconnect`."""
        self.close()
        self._connection = self._open(first=False)

    def close(self) -> None:
        """See `Warehouse.close`."""
        with contextlib.suppress(pymysql.err.Error, OSError):
            self._connection.close()

    def _quick(self, source: Source, part: Part, stamp: Stamp) -> Written:
        deleted = self._delete_part(part)
        cargo = Cargo(source, part, stamp)
        # REPLACE: the plain LOAD DATA LOCAL would skip what collides and bend what does not fit.
        # Its count is of inserted plus replaced rows, and a row that is replaced by an identical
        # one is not counted as replaced: hence the third number, from the table itself.
        counted = self._send(cargo, "REPLACE", part.feed.raw_table)
        return Written(cargo.tally.rows, counted, deleted, self._count_part(part))

    def _careful(self, source: Source, part: Part, stamp: Stamp) -> Written:
        feed, raw = part.feed, mysql.quote(part.feed.raw_table)
        columns = raw_columns(feed)
        keys = ", ".join(mysql.quote(name) for name in feed.key)
        same = " AND ".join(
            f"{raw}.{mysql.quote(name)} = {STAGE}.{mysql.quote(name)}" for name in feed.key
        )
        # Before the transaction: with GTIDs enforced it would be refused inside.
        self.run(f"DROP TEMPORARY TABLE IF EXISTS {STAGE}")
        self.run(
            f"CREATE TEMPORARY TABLE {STAGE} ({', '.join(_definitions(columns, feed.key))}, "
            f"KEY ({keys})) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
        )
        self.begin()
        cargo = Cargo(source, part, stamp)
        self._send(cargo, "", STAGE)
        twice = self._fetch(
            f"SELECT {keys} FROM {STAGE} GROUP BY {keys} HAVING COUNT(*) > 1 "
            f"ORDER BY {keys} LIMIT {KEYS_AT_ONCE}"
        )
        if twice:
            check_unique(source, feed, [tuple(key) for key in twice])
            raise LoaderError(f"feed {feed.name}: keys that the warehouse holds to be equal differ")
        deleted = self._delete_part(part)
        moved_from: date | datetime | None = None
        if feed.date_column:
            lowest = f"{raw}.{mysql.quote(feed.date_column)}"
            moved_from = self._fetch(f"SELECT MIN({lowest}) FROM {raw} JOIN {STAGE} ON {same}")[0][
                0
            ]
        for moved in self._moved_keys(feed, same):
            # A key that is elsewhere in the source as well has not moved.
            check_unique(source, feed, moved)
        deleted += self._change(f"DELETE {raw} FROM {raw} JOIN {STAGE} ON {same}")
        names = ", ".join(mysql.quote(name) for name in columns)
        written = self._change(f"INSERT INTO {raw} ({names}) SELECT {names} FROM {STAGE}")
        return Written(cargo.tally.rows, written, deleted, self._count_part(part), moved_from)

    def _moved_keys(self, feed: Feed, same: str) -> Iterator[list[Key]]:
        raw = mysql.quote(feed.raw_table)
        keys = ", ".join(f"{raw}.{mysql.quote(name)}" for name in feed.key)
        with mysql.translated(self._where), SSCursor(self._connection) as cursor:
            cursor.execute(f"SELECT {keys} FROM {raw} JOIN {STAGE} ON {same}")
            while found := cursor.fetchmany(KEYS_AT_ONCE):
                yield [tuple(key) for key in found]

    def _send(self, cargo: Cargo, verb: str, table: str) -> int:
        send = load_data if self._local_infile else insert_batches
        return send(self._connection, self._where, cargo, verb=verb, table=table)

    def _delete_part(self, part: Part) -> int:
        table = mysql.quote(part.feed.raw_table)
        return self._change(f"DELETE FROM {table}{rowtext.where_part(part, mysql.quote)}")

    def _count_part(self, part: Part) -> int:
        table = mysql.quote(part.feed.raw_table)
        where = rowtext.where_part(part, mysql.quote)
        return int(self._fetch(f"SELECT COUNT(*) FROM {table}{where}")[0][0])

    def _change(self, sql: str) -> int:
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            return int(cursor.execute(sql))

    def _fetch(self, sql: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    def _open(self, *, first: bool) -> mysql.Connection:
        self._connection = mysql.connect(
            self._address, self._where, self._timeout, schema=self._schema, local_infile=True
        )
        self._fetch(f"SET SESSION TRANSACTION ISOLATION LEVEL {self._isolation()}")
        self._local_infile = self._variable("local_infile") == "ON"
        if self._verb is not None:
            self._take_lock(wait=0 if first else self._timeout, first=first)
        return self._connection

    def _variable(self, name: str) -> str | None:
        # SHOW, since @@name is an error where a version has dropped the variable.
        found = self._fetch("SHOW GLOBAL VARIABLES LIKE %s", (name,))
        return str(found[0][1]).upper() if found else None

    def _isolation(self) -> str:
        # The rows of a part are counted in the transaction that wrote them. With a read view
        # InnoDB looks up every entry of a changed index page in the clustered index, which makes
        # the count seven times as slow; without one the index is enough. Nothing is lost by it:
        # under the run lock nobody else writes. Statement-based logging does not allow it.
        logged = self._variable("log_bin") == "ON"
        statements = logged and self._variable("binlog_format") == "STATEMENT"
        return "REPEATABLE READ" if statements else "READ UNCOMMITTED"

    def _take_lock(self, *, wait: int, first: bool) -> None:
        name = lock.lock_name(self._schema)
        if self._fetch("SELECT GET_LOCK(%s, %s)", (name, wait))[0][0] == 1:
            return
        if not first:
            # The server has not noticed yet that the connection before this one is gone.
            raise UnreachableError(f"{self._where}: the run lock is not free again yet")
        holder = self._lock_holder(name)
        self.close()
        raise LoaderError(lock.held_message(holder))

    def _lock_holder(self, name: str) -> str:
        # A run takes the lock first and writes its row at once; give it that moment.
        for _ in range(10):
            with contextlib.suppress(LoaderError):
                found = self._fetch(
                    "SELECT verb, pid, host, started_at FROM load_runs "
                    "WHERE status = 'running' ORDER BY started_at DESC LIMIT 1"
                )
                if found:
                    return lock.holder_text(*found[0])
            time.sleep(0.1)
        connection = self._fetch("SELECT IS_USED_LOCK(%s)", (name,))[0][0]
        return f"connection {connection} of the server"


def _definitions(columns: Mapping[str, ColumnType], required: Any) -> list[str]:
    return [
        f"{mysql.quote(name)} {kind}{' NOT NULL' if name in required else ''}"
        for name, kind in columns.items()
    ]
