"""A MySQL or MariaDB server as a source. The account needs SELECT and nothing else."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pymysql
from pymysql.cursors import SSCursor

from loader import mysql, rowtext
from loader.errors import LoaderError
from loader.feeds import Feed
from loader.settings import MySQLAddress
from loader.sources.base import (
    Counts,
    Key,
    LiveColumn,
    LiveKind,
    Tally,
    Totals,
    noted,
)
from loader.windows import Part

if TYPE_CHECKING:
    import pyarrow as pa

INTEGER_BITS = {"tinyint": 8, "smallint": 16, "mediumint": 24, "int": 32, "bigint": 64}
KINDS: dict[str, LiveKind] = {
    "decimal": "decimal",
    "char": "string",
    "varchar": "string",
    "date": "date",
    "datetime": "datetime",
    "timestamp": "timestamp",
}


class MySQLSource:
    """One connection to a source server.

    Args:
        server: its name in feeds.yml, for messages.
        address: where it is.
        timeout: seconds until connecting is given up.
    """

    is_mysql = True

    def __init__(self, server: str, address: MySQLAddress, timeout: int) -> None:
        self._where = f"source {server} ({address})"
        self._connection = mysql.connect(address, self._where, timeout)
        self._columns: dict[tuple[str, str], list[LiveColumn]] = {}

    def live_columns(self, schema: str, table: str) -> list[LiveColumn]:
        """See `Source.live_columns`."""
        known = self._columns.get((schema, table))
        if known is None:
            known = read_columns(self._fetch, schema, table)
            self._columns[schema, table] = known
        return known

    def begin(self) -> datetime:
        """See `Source.begin`."""
        now: datetime = self._fetch("SELECT UTC_TIMESTAMP()")[0][0]
        self._fetch("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        self._fetch("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        return now

    def end(self) -> None:
        """See `Source.end`."""
        self._fetch("ROLLBACK")

    def count(self, part: Part, *, unreal_dates: bool) -> Counts:
        """See `Source.count`."""
        where, dated, unreal = rowtext.where_part(part, mysql.quote), "1", "0"
        if part.feed.date_column:
            column = mysql.quote(part.feed.date_column)
            zero = "0000-00-00" if part.feed.date_kind == "date" else "0000-00-00 00:00:00"
            dated = f"NULLIF({column}, '{zero}')"
            if unreal_dates:
                dated = f"IF({rowtext.mysql_is_real(part.feed.date_column)}, {column}, NULL)"
            # One pass for both, and still three ranges of an index on the date column.
            where += f" OR {column} IS NULL OR {column} = '{zero}'"
        if unreal_dates:
            checks = [
                f"({mysql.quote(name)} IS NOT NULL AND NOT {rowtext.mysql_is_real(name)})"
                for name, kind in part.feed.columns.items()
                if kind.is_temporal and name != part.feed.date_column
            ]
            unreal = f"COALESCE(SUM(IF({dated} IS NULL, 0, {' + '.join(checks) or '0'})), 0)"
        everything = inside = odd = 0
        for table in self._tables(part.feed):
            row = self._fetch(f"SELECT COUNT(*), COUNT({dated}), {unreal} FROM {table}{where}")[0]
            everything += row[0]
            inside += row[1]
            odd += int(row[2])
        return Counts(inside, everything - inside, odd)

    def is_empty(self, feed: Feed) -> bool:
        """See `Source.is_empty`."""
        return not any(
            self._fetch(f"SELECT 1 FROM {table} LIMIT 1") for table in self._tables(feed)
        )

    def csv(self, part: Part, tally: Tally) -> Iterator[bytes]:
        """See `Source.csv`."""
        return self._csv(part, tally, unreal_as_null=False)

    def arrow(self, part: Part, tally: Tally) -> pa.RecordBatchReader:
        """See `Source.arrow`."""
        from loader import arrow  # noqa: PLC0415 - see that module

        return arrow.from_csv(part.feed, self._csv(part, tally, unreal_as_null=True))

    def rows(self, part: Part, batch: int) -> Iterator[list[tuple[Any, ...]]]:
        """See `Source.rows`."""
        # As text: the driver's own types would lose zero dates.
        columns = ", ".join(
            f"CAST({mysql.quote(name)} AS CHAR CHARACTER SET utf8mb4)" for name in part.feed.columns
        )
        where = rowtext.where_part(part, mysql.quote)
        with mysql.translated(self._where):
            for table in self._tables(part.feed):
                with SSCursor(self._connection) as cursor:
                    cursor.execute(f"SELECT {columns} FROM {table}{where}")
                    while found := cursor.fetchmany(batch):
                        yield list(found)

    def tables_of_keys(self, feed: Feed, keys: Sequence[Key]) -> dict[Key, list[str]]:
        """See `Source.tables_of_keys`."""
        found: dict[Key, list[str]] = {}
        names = ", ".join(mysql.quote(name) for name in feed.key)
        one = f"({', '.join(['%s'] * len(feed.key))})"
        values = [value for key in keys for value in key]
        for table in feed.tables:
            query = (
                f"SELECT {names} FROM {mysql.quote(feed.schema_name, table)} "
                f"WHERE {mysql.key_tuple(feed.key)} IN ({', '.join([one] * len(keys))})"
            )
            for key in self._fetch(query, values):
                found.setdefault(tuple(key), []).append(feed.full_name(table))
        return found

    def totals(self, part: Part, days: Sequence[tuple[date, Part]]) -> dict[date | None, Totals]:
        """See `Source.totals`."""
        results = []
        for table in part.feed.tables:
            text = rowtext.mysql_row(part.feed, self._live(part.feed, table))
            query = rowtext.totals_query(
                part,
                days,
                mysql.quote(part.feed.schema_name, table),
                mysql.quote,
                f"CRC32({text})",
            )
            results += self._fetch(query)
        return rowtext.merge_totals(part.feed, days, results)

    def abort(self) -> None:
        """See `Source.abort`."""
        self._connection.abort()

    def close(self) -> None:
        """See `Source.close`."""
        with contextlib.suppress(pymysql.err.Error, OSError):
            self._connection.close()

    def _csv(self, part: Part, tally: Tally, *, unreal_as_null: bool) -> Iterator[bytes]:
        where = rowtext.where_part(part, mysql.quote)
        if unreal_as_null and part.feed.date_column:
            # A row whose date would become NULL belongs to no window there.
            where += f" AND {rowtext.mysql_is_real(part.feed.date_column)}"
        with noted(tally), mysql.translated(self._where):
            for table in part.feed.tables:
                text = rowtext.mysql_row(
                    part.feed, self._live(part.feed, table), unreal_as_null=unreal_as_null
                )
                name = mysql.quote(part.feed.schema_name, table)
                for lines in self._connection.stream_text(f"SELECT {text} FROM {name}{where}"):
                    tally.rows += len(lines)
                    lines.append(b"")
                    yield b"\n".join(lines)

    def _live(self, feed: Feed, table: str) -> dict[str, LiveColumn]:
        live = {column.name: column for column in self.live_columns(feed.schema_name, table)}
        missing = [name for name in feed.columns if name not in live]
        if missing:
            raise LoaderError(
                f"{self._where}: column {missing[0]} is missing in {feed.full_name(table)}"
            )
        return live

    def _tables(self, feed: Feed) -> list[str]:
        return [mysql.quote(feed.schema_name, table) for table in feed.tables]

    def _fetch(self, sql: str, values: Sequence[Any] | None = None) -> list[tuple[Any, ...]]:
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())


def read_columns(fetch: Any, schema: str, table: str) -> list[LiveColumn]:
    """Columns of a table of a MySQL or MariaDB server.

    Args:
        fetch: runs a query with values and returns its rows.
        schema: of the table.
        table: empty result when it does not exist or may not be read.
    """
    rows = fetch(
        "SELECT column_name, data_type, column_type, character_maximum_length, "
        "numeric_precision, numeric_scale, datetime_precision, is_nullable, character_set_name "
        "FROM information_schema.columns WHERE table_schema = %s AND table_name = %s "
        # An account with another privilege alone sees the column and cannot read it.
        "AND privileges LIKE '%%select%%' ORDER BY ordinal_position",
        (schema, table),
    )
    return [_live_column(row) for row in rows]


def _live_column(row: Sequence[Any]) -> LiveColumn:
    name, data_type, column_type, length, precision, scale, fraction, nullable, charset = row
    data_type = data_type.lower()
    # MySQL hands the type over as a blob.
    text = column_type.decode() if isinstance(column_type, bytes) else str(column_type)
    null = nullable == "YES"
    if data_type in INTEGER_BITS:
        # An unsigned integer needs one bit more to fit into a signed one.
        bits = INTEGER_BITS[data_type] + bool(re.search(r"\bunsigned\b", text))
        return LiveColumn(name, "int", text, size=bits, nullable=null)
    return LiveColumn(
        name,
        KINDS.get(data_type, "other"),
        text,
        size=int(precision or length or 0),
        scale=int(scale or fraction or 0),
        nullable=null,
        charset=charset or "",
    )
