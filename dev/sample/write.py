"""Where sample rows go: one DuckDB file, or the schemas of a MySQL or MariaDB server."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import duckdb
import pyarrow as pa
import pymysql
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from dev.sample.feeds import Feed, load_feeds

INSERT_BATCH = 5_000
BUFFERED_ROWS = 100_000


class TargetError(Exception):
    """The target cannot be written; the message is one line for people."""


class Target(Protocol):
    """Something that holds source tables."""

    def create(self, feed: Feed) -> None:
        """Create the feed's empty tables in place of any that are there."""

    def append(self, feed: Feed, table: str, rows: pa.Table) -> None:
        """Add rows to one of the feed's tables."""

    def finish(self) -> None:
        """Make the rows visible to others."""


class DuckDBTarget:
    """A DuckDB file that appears when it is complete.

    The tables have no keys: an index on every id would double the file and the time, and the
    loader checks keys itself.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._part = path.with_name(path.name + ".part")
        self._refuse_to_replace_other_data()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._part.unlink(missing_ok=True)
        self._connection = duckdb.connect(str(self._part))

    def create(self, feed: Feed) -> None:
        """Create the feed's empty tables."""
        columns = ", ".join(
            f"{name} {'timestamp' if kind == 'datetime' else kind}"
            for name, kind in feed.columns.items()
        )
        self._connection.execute(f"create schema if not exists {feed.schema}")
        for table in feed.tables:
            self._connection.execute(f"create table {feed.schema}.{table} ({columns})")

    def append(self, feed: Feed, table: str, rows: pa.Table) -> None:
        """Add rows to one of the feed's tables."""
        names = ", ".join(feed.columns)
        self._connection.register("new_rows", rows)
        self._connection.execute(
            f"insert into {feed.schema}.{table} ({names}) select {names} from new_rows"
        )
        self._connection.unregister("new_rows")

    def finish(self) -> None:
        """Put the complete file in its place."""
        self._connection.close()
        self._part.replace(self._path)

    def _refuse_to_replace_other_data(self) -> None:
        if not self._path.exists():
            return
        ours = {feed.schema for feed in load_feeds().values()}
        try:
            with duckdb.connect(str(self._path), read_only=True) as connection:
                found = connection.execute(
                    "select distinct schema_name from duckdb_tables() order by 1"
                ).fetchall()
        except duckdb.Error as error:
            raise TargetError(f"{self._path}: {str(error).splitlines()[0]}") from error
        others = [schema for (schema,) in found if schema not in ours]
        if others:
            raise TargetError(
                f"{self._path} holds the schema {others[0]}, which is not a source;"
                " name another file with --database"
            )


class MySQLTarget:
    """The source schemas on one MySQL or MariaDB server, with keys and a date index."""

    def __init__(self, url: URL) -> None:
        try:
            self._connection = pymysql.connect(
                host=url.host or "127.0.0.1",
                port=url.port or 3306,
                user=url.username,
                password=url.password or "",
                charset="utf8mb4",
                local_infile=True,
                connect_timeout=30,
            )
        except pymysql.err.OperationalError as error:
            raise TargetError(f"{url.host}:{url.port}: {error.args[-1]}") from error
        with self._connection.cursor() as cursor:
            cursor.execute("select @@global.local_infile")
            row = cursor.fetchone()
        self._can_load_files = bool(row and row[0])

    def create(self, feed: Feed) -> None:
        """Create the feed's empty tables in place of any that are there."""
        columns = [f"`{name}` {kind} null" for name, kind in feed.columns.items()]
        for number, name in enumerate(feed.columns):
            if name in feed.key:
                columns[number] = columns[number].removesuffix("null") + "not null"
        columns.append(f"primary key ({', '.join(feed.key)})")
        if feed.date_column:
            columns.append(f"index ({feed.date_column})")
        with self._connection.cursor() as cursor:
            cursor.execute(
                f"create schema if not exists {feed.schema} default character set utf8mb4"
            )
            for table in feed.tables:
                cursor.execute(f"drop table if exists {feed.schema}.{table}")
                cursor.execute(f"create table {feed.schema}.{table} ({', '.join(columns)})")

    def append(self, feed: Feed, table: str, rows: pa.Table) -> None:
        """Add rows to one of the feed's tables, and commit."""
        rows = rows.select(list(feed.columns))
        with self._connection.cursor() as cursor:
            if self._can_load_files:
                with _as_text_file(rows) as path:
                    cursor.execute(
                        f"load data local infile '{path}' into table {feed.schema}.{table}"
                        f" character set utf8mb4 ({', '.join(feed.columns)})"
                    )
            else:
                marks = ", ".join(["%s"] * rows.num_columns)
                for batch in rows.to_batches(max_chunksize=INSERT_BATCH):
                    cursor.executemany(
                        f"insert into {feed.schema}.{table} ({', '.join(feed.columns)})"
                        f" values ({marks})",
                        list(zip(*(column.to_pylist() for column in batch.columns), strict=True)),
                    )
        self._connection.commit()

    def finish(self) -> None:
        """Close the connection."""
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


def open_target(url: str | None, database: Path) -> Target:
    """Return the target of a run.

    Args:
        url: SQLAlchemy URL of a MySQL or MariaDB server, `duckdb:///path`, or None.
        database: the DuckDB file when there is no url.

    Raises:
        TargetError: if the target is unknown, unreachable or holds other data.
    """
    if url is None:
        return DuckDBTarget(database)
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise TargetError("--to-url is not a URL like mysql+pymysql://user@host:3306/") from error
    backend = parsed.get_backend_name()
    if backend == "duckdb" and parsed.database:
        return DuckDBTarget(Path(parsed.database))
    if backend in ("mysql", "mariadb"):
        return MySQLTarget(parsed)
    raise TargetError(f"--to-url: {backend} is not one of mysql, mariadb, duckdb")


class Writer:
    """Collects rows per table and hands them on in large pieces; a context manager."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._feeds = load_feeds()
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
        """Write what is left; an error leaves a DuckDB file as it was."""
        if error is None:
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
            self._target.append(feed, feed.tables[table], pa.Table.from_batches(batches))
        self._waiting.clear()
        self._waiting_rows = 0
