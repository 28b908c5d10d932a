"""Where sample rows go: one DuckDB file, or the schemas of a MySQL or MariaDB server."""

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import duckdb
import pyarrow as pa

from loader import duck, mysql
from loader.errors import LoaderError
from loader.feeds import Feed, read_catalog
from loader.settings import DEFAULT_FEEDS, Address, DuckDBAddress, MySQLAddress

INSERT_BATCH = 5_000
BUFFERED_ROWS = 300_000
CONNECT_TIMEOUT = 30
MEMORY_LIMIT = "256MB"


class Target(Protocol):
    """Something that holds source tables."""

    def create(self, feed: Feed) -> None:
        """Create the feed's empty tables in place of any that are there."""

    def append(self, feed: Feed, table: str, rows: pa.Table) -> None:
        """Add rows to one of the feed's tables."""

    def finish(self) -> None:
        """Make the rows visible to others."""

    def abandon(self) -> None:
        """Let go of what is open after an error."""


class DuckDBTarget:
    """A DuckDB file that appears when it is complete.

    The tables have no keys: an index on every id would double the file and the time, and the
    loader checks keys itself.
    """

    def __init__(self, path: Path, schemas: set[str]) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        _refuse_other_data(path, schemas)
        path.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        self._connection = duckdb.connect(
            str(self._part), config={"memory_limit": MEMORY_LIMIT, "threads": 2}
        )

    def create(self, feed: Feed) -> None:
        """Create the feed's empty tables."""
        columns = ", ".join(
            f"{name} {'timestamp' if kind.kind == 'datetime' else kind}"
            for name, kind in feed.columns.items()
        )
        self._connection.execute(f"create schema if not exists {feed.schema_name}")
        for table in feed.tables:
            self._connection.execute(f"create table {feed.full_name(table)} ({columns})")

    def append(self, feed: Feed, table: str, rows: pa.Table) -> None:
        """Add rows to one of the feed's tables."""
        names = ", ".join(feed.columns)
        self._connection.register("new_rows", rows)
        self._connection.execute(
            f"insert into {feed.full_name(table)} ({names}) select {names} from new_rows"
        )
        self._connection.unregister("new_rows")

    def finish(self) -> None:
        """Put the complete file in its place."""
        self._connection.close()
        self._part.replace(self._path)

    def abandon(self) -> None:
        """Leave the file as it was."""
        self._connection.close()
        self._part.unlink(missing_ok=True)


def _refuse_other_data(path: Path, schemas: set[str]) -> None:
    """Raise LoaderError if a file to be replaced holds anything but source schemas."""
    if not path.exists():
        return
    with contextlib.closing(duck.connect(path, str(path), read_only=True)) as connection:
        found = connection.execute(
            "select distinct schema_name from duckdb_tables() order by 1"
        ).fetchall()
    others = [schema for (schema,) in found if schema not in schemas]
    if others:
        raise LoaderError(
            f"{path} holds the schema {others[0]}, which is not a source: it is not replaced"
        )


class MySQLTarget:
    """The source schemas on one MySQL or MariaDB server, with keys and a date index."""

    def __init__(self, address: MySQLAddress, *, may_load_files: bool = True) -> None:
        """Connect.

        Args:
            address: the server.
            may_load_files: use LOAD DATA LOCAL where the server allows it, else INSERT.

        Raises:
            LoaderError: the server cannot be reached.
        """
        self._where = str(address)
        self._connection = mysql.connect(address, self._where, CONNECT_TIMEOUT, local_infile=True)
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            cursor.execute("select @@global.local_infile")
            row = cursor.fetchone()
        self._loads_files = may_load_files and bool(row and row[0])

    def create(self, feed: Feed) -> None:
        """Create the feed's empty tables in place of any that are there."""
        columns = [
            f"{mysql.quote(name)} {kind} {'not null' if name in feed.key else 'null'}"
            for name, kind in feed.columns.items()
        ]
        columns.append(f"primary key ({', '.join(feed.key)})")
        if feed.date_column:
            columns.append(f"index ({feed.date_column})")
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            cursor.execute(
                f"create schema if not exists {feed.schema_name} default character set utf8mb4"
            )
            for table in feed.tables:
                cursor.execute(f"drop table if exists {feed.full_name(table)}")
                cursor.execute(f"create table {feed.full_name(table)} ({', '.join(columns)})")

    def append(self, feed: Feed, table: str, rows: pa.Table) -> None:
        """Add rows to one of the feed's tables, and commit."""
        rows = rows.select(list(feed.columns))
        with mysql.translated(self._where), self._connection.cursor() as cursor:
            if self._loads_files:
                with _as_text_file(rows) as path:
                    cursor.execute(
                        f"load data local infile '{path}' into table {feed.full_name(table)}"
                        f" character set utf8mb4 ({', '.join(feed.columns)})"
                    )
                return
            marks = ", ".join(["%s"] * rows.num_columns)
            for batch in rows.to_batches(max_chunksize=INSERT_BATCH):
                cursor.executemany(
                    f"insert into {feed.full_name(table)} ({', '.join(feed.columns)})"
                    f" values ({marks})",
                    list(zip(*(column.to_pylist() for column in batch.columns), strict=True)),
                )

    def finish(self) -> None:
        """Close the connection."""
        self._connection.close()

    def abandon(self) -> None:
        """Close the connection; what was written stays."""
        self._connection.close()


@contextlib.contextmanager
def _as_text_file(rows: pa.Table) -> Iterator[Path]:
    """Write rows in the default format of LOAD DATA; no value may hold a tab or a backslash."""
    with tempfile.TemporaryDirectory(prefix="storewatch-") as folder, duckdb.connect() as engine:
        path = Path(folder) / "rows.tsv"
        engine.register("new_rows", rows)
        engine.execute(
            f"copy new_rows to '{path}' (format csv, delimiter '\t', header false,"
            " quote '', escape '', nullstr '\\N', timestampformat '%Y-%m-%d %H:%M:%S')"
        )
        yield path


class Writer:
    """Collects rows per table and hands them on in large pieces; a context manager.

    Attributes:
        rows: rows taken so far, by feed.
    """

    def __init__(self, address: Address, feeds: Mapping[str, Feed] | None = None) -> None:
        """Open the target.

        Args:
            address: a DuckDB file, which is replaced, or a server, whose source schemas are.
            feeds: the feeds by name; those of the project's configuration when None.

        Raises:
            LoaderError: it cannot be reached, or it holds other data.
        """
        self._feeds = feeds or read_catalog(DEFAULT_FEEDS).feeds
        schemas = {feed.schema_name for feed in self._feeds.values()}
        self._target: Target = (
            DuckDBTarget(address.path, schemas)
            if isinstance(address, DuckDBAddress)
            else MySQLTarget(address)
        )
        self._waiting: dict[tuple[str, int], list[pa.RecordBatch]] = {}
        self._waiting_rows = 0
        self.rows = dict.fromkeys(self._feeds, 0)

    def __enter__(self) -> Self:
        """Create all tables, empty."""
        for feed in self._feeds.values():
            self._target.create(feed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Write what is left; after an error a DuckDB file stays as it was."""
        if error is not None:
            self._target.abandon()
            return
        self._flush()
        self._target.finish()

    def add(self, feed: str, table: int, rows: pa.RecordBatch) -> None:
        """Take rows for one table of a feed, by its position in the configuration."""
        self._waiting.setdefault((feed, table), []).append(rows)
        self.rows[feed] += rows.num_rows
        self._waiting_rows += rows.num_rows
        if self._waiting_rows >= BUFFERED_ROWS:
            self._flush()

    def _flush(self) -> None:
        for (name, table), batches in self._waiting.items():
            feed = self._feeds[name]
            # In one piece: engines handle a site's few rows as slowly as two thousand.
            rows = pa.Table.from_batches(batches).combine_chunks()
            self._target.append(feed, feed.tables[table], rows)
        self._waiting.clear()
        self._waiting_rows = 0
