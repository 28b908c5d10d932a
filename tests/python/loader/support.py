"""Two ends and the loader between them: source tables, verbs, and raw rows read back.

Nothing here is a fixture, so that every file says what its tests run on. Making tables is what
takes the time, so tests that leave them as they are share a world and empty it:

    @pytest.fixture(scope="module", params=PAIRS)
    def shared(
        request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
    ) -> Iterator[World]:
        with shared_world(request, tmp_path_factory, request.param) as world:
            yield world

    @pytest.fixture
    def world(shared: World) -> World:
        shared.reset()
        return shared
"""

from __future__ import annotations

import contextlib
import io
import itertools
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pymysql
import pytest
import yaml
from pymysql.cursors import Cursor

from dev.servers import Server
from loader.cli import main

ROOT = Path(__file__).resolve().parents[3]
PAIRS = ("mysql>mariadb", "mariadb>mysql", "mariadb>duckdb", "duckdb>mariadb", "duckdb>duckdb")
# Enough where the two ends do not depend on each other: every engine stands once at either end.
EACH_ENGINE = ("mysql>mariadb", "mariadb>mysql", "duckdb>duckdb")

# Zero dates and 31 February are rows that production has; everything else stays strict.
SQL_MODE = "STRICT_TRANS_TABLES,ALLOW_INVALID_DATES"

ROWS_A_STATEMENT = 1000

MakeSchema = Callable[[Server], str]
Row = tuple[Any, ...]

# One feed of each kind: instants in two shards, local dates with a key of two columns, a snapshot.
FEEDS: Mapping[str, Mapping[str, Any]] = {
    "sales": {
        "server": "ONE",
        "tables": ["t_sale_1", "t_sale_2"],
        "key": ["id"],
        "date_column": "sold_at",
        "columns": {
            "id": "bigint",
            "shop": "varchar(16)",
            "amount": "decimal(12,4)",
            "sold_at": "datetime",
        },
    },
    "plans": {
        "server": "ONE",
        "tables": ["t_plan"],
        "key": ["shop", "day"],
        "date_column": "day",
        "columns": {"shop": "varchar(16)", "day": "date", "qty": "decimal(18,4)"},
    },
    "shops": {
        "server": "TWO",
        "tables": ["t_shop"],
        "key": ["shop_no"],
        "columns": {"shop_no": "varchar(16)", "name": "varchar(128)", "open_date": "date"},
    },
}


@dataclass(frozen=True)
class Result:
    """What a verb did.

    Attributes:
        code: exit code.
        out: lines of stdout.
        err: lines of stderr.
    """

    code: int
    out: list[str]
    err: list[str]


@dataclass(frozen=True)
class End:
    """A database at one end: a schema of a server, or a DuckDB file with a schema in it."""

    engine: str
    schema: str
    server: Server | None = None
    path: Path | None = None

    @property
    def url(self) -> str:
        """Its URL as a source."""
        return self.server.url() if self.server else f"duckdb:///{self.path}"

    def run(self, *statements: str) -> list[Row]:
        """Run statements, with `{schema}` in them replaced, and return the rows of the last."""
        rows: list[Row] = []
        with self._execute() as execute:
            for statement in statements:
                rows = execute(statement.replace("{schema}", self.schema), ())
        return rows

    def insert(self, table: str, rows: Iterable[Sequence[object]]) -> None:
        """Insert rows with all the columns of a table."""
        mark = "%s" if self.server else "?"
        rest = iter(rows)
        with self._execute() as execute:
            while block := list(itertools.islice(rest, ROWS_A_STATEMENT)):
                marks = ", ".join(f"({', '.join([mark] * len(row))})" for row in block)
                values = [value for row in block for value in row]
                execute(f"INSERT INTO {self.schema}.{table} VALUES {marks}", values)

    def rows(self, table: str, *columns: str) -> list[Row]:
        """Columns of a table as Python values, in the order of those columns.

        A date that Python does not know, such as 0000-00-00, is the text that the server sends.
        """
        names = ", ".join(columns)
        return self.run(f"SELECT {names} FROM {{schema}}.{table} ORDER BY {names}")

    @contextlib.contextmanager
    def _execute(self) -> Iterator[Callable[[str, Sequence[object]], list[Row]]]:
        if self.server is None:
            with duckdb.connect(str(self.path)) as file:
                yield lambda sql, values: file.execute(sql, list(values)).fetchall()
            return
        connection = _connection(self.server)
        connection.select_db(self.schema)
        with connection.cursor() as cursor:

            def execute(sql: str, values: Sequence[object]) -> list[Row]:
                cursor.execute(sql, tuple(values) or None)
                return list(cursor.fetchall())

            yield execute


_connections: dict[Server, pymysql.Connection[Cursor]] = {}


def _connection(server: Server) -> pymysql.Connection[Cursor]:
    """One connection per server for all tests: opening one takes longer than what it is for."""
    connection = _connections.get(server)
    with contextlib.suppress(pymysql.err.Error):
        if connection is not None:
            connection.ping(reconnect=False)
            return connection
    connection = _connections[server] = server.connect()
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = %s, time_zone = '+00:00'", (SQL_MODE,))
    return connection


@dataclass
class World:
    """A source, a warehouse, a feed configuration, and the loader's environment.

    Attributes:
        environment: of every verb, added to that of the process; tests may change it.
        feeds: as in feeds.yml; each feed without its schema.
    """

    source: End
    warehouse: End
    feeds_file: Path
    environment: dict[str, str] = field(default_factory=dict)
    feeds: dict[str, dict[str, Any]] = field(default_factory=dict)

    def use_feeds(self, feeds: Mapping[str, Mapping[str, Any]], **options: object) -> None:
        """Write the feed configuration.

        Args:
            feeds: by name, each as in feeds.yml; the schema is added.
            options: of the head of feeds.yml, such as `window_days`.
        """
        self.feeds = {name: {"schema": self.source.schema, **feed} for name, feed in feeds.items()}
        head = {
            "clock": "UTC",
            "time_zone": "America/New_York",
            "window_days": 7,
            "lookback_days": 3,
            "reconcile_days": 35,
            **options,
        }
        self.feeds_file.write_text(
            yaml.safe_dump({**head, "feeds": self.feeds}, sort_keys=False), encoding="utf-8"
        )

    def create_source_tables(self) -> None:
        """Create the tables of all feeds at the source, without keys, which rows may break."""
        for feed in self.feeds.values():
            columns = ", ".join(f"{name} {kind}" for name, kind in feed["columns"].items())
            self.source.run(
                *(f"CREATE TABLE {{schema}}.{table} ({columns})" for table in feed["tables"])
            )

    def reset(self) -> None:
        """Empty all tables of `FEEDS` at both ends, the log tables too, and use those feeds."""
        self.use_feeds(FEEDS)
        tables = [table for feed in FEEDS.values() for table in feed["tables"]]
        self.source.run(*(f"DELETE FROM {{schema}}.{table}" for table in tables))
        written = [*(f"raw_{name}" for name in FEEDS), "load_runs", "load_steps"]
        self.warehouse.run(*(f"DELETE FROM {{schema}}.{table}" for table in written))

    def run(self, *arguments: str, **environment: str) -> Result:
        """Run a verb within this process."""
        out, err = io.StringIO(), io.StringIO()
        before = dict(os.environ)
        os.environ.update({**self.environment, **environment})
        try:
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(arguments)
        finally:
            os.environ.clear()
            os.environ.update(before)
        return Result(code, out.getvalue().splitlines(), err.getvalue().splitlines())

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[str]:
        """Start `python -m loader` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "loader", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run_process(self, *arguments: str, **environment: str) -> Result:
        """Run `python -m loader` as a process of its own, to its end."""
        process = self.start(*arguments, **environment)
        out, err = process.communicate()
        return Result(process.returncode, out.splitlines(), err.splitlines())

    def must(self, *arguments: str, **environment: str) -> Result:
        """Run a verb within this process; fail unless it did everything without a complaint."""
        result = self.run(*arguments, **environment)
        assert (result.code, result.err) == (0, []), result
        return result

    def load(self, first: str, last: str | None = None, *feeds: str) -> Result:
        """Load dates, which must succeed.

        Args:
            first: of the dates.
            last: the same as the first when None.
            feeds: all of them when none is named.
        """
        chosen = [option for feed in feeds for option in ("--feed", feed)]
        return self.must("load", "--from", first, "--to", last or first, *chosen)

    def sell(self, *sales: tuple[int, str | None], shard: int = 1, amount: str = "1.25") -> None:
        """Insert rows of the feed `sales`: id and instant in UTC."""
        self.source.insert(f"t_sale_{shard}", [(key, "US1", amount, at) for key, at in sales])

    def sold(self) -> list[tuple[int, str]]:
        """Id and instant of every sale in the warehouse."""
        return [(key, str(at)) for key, at in self.warehouse.rows("raw_sales", "id", "sold_at")]

    def raw(self, feed: str) -> list[Row]:
        """Every row of a raw table with the columns of its feed, in their order."""
        return self.warehouse.rows(f"raw_{feed}", *self.feeds[feed]["columns"])

    def steps(self, *columns: str, feed: str = "sales") -> list[Row]:
        """Columns of all the steps of a feed, oldest first."""
        return self.warehouse.run(
            f"SELECT {', '.join(columns)} FROM {{schema}}.load_steps "
            f"WHERE feed = '{feed}' ORDER BY load_id"
        )

    def last_step(self, *columns: str, feed: str = "sales") -> Row:
        """Columns of the newest step of a feed."""
        return self.steps(*columns, feed=feed)[-1]


def new_world(
    request: pytest.FixtureRequest, directory: Path, make_schema: MakeSchema, pair: str
) -> World:
    """A world with the empty tables of `FEEDS` at the source and `setup` done.

    Args:
        request: gives the fixtures `mariadb` and `mysql` when they are needed.
        directory: for DuckDB files and the feed configuration.
        make_schema: the fixture.
        pair: engines of source and warehouse, such as `mysql>mariadb`.
    """
    world = bare_world(request, directory, make_schema, pair)
    world.use_feeds(FEEDS)
    world.create_source_tables()
    world.must("setup")
    return world


@contextlib.contextmanager
def shared_world(
    request: pytest.FixtureRequest, directories: pytest.TempPathFactory, pair: str
) -> Iterator[World]:
    """A world as `new_world` makes it, for several tests.

    Args:
        request: of a fixture with any scope.
        directories: the fixture `tmp_path_factory`.
        pair: engines of source and warehouse.
    """
    made: list[tuple[Server, str]] = []

    def make_schema(server: Server) -> str:
        name = f"sw_{uuid.uuid4().hex[:12]}"
        server.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        made.append((server, name))
        return name

    try:
        yield new_world(request, directories.mktemp("world"), make_schema, pair)
    finally:
        for server, name in made:
            server.run(f"DROP DATABASE IF EXISTS {name}")


def bare_world(
    request: pytest.FixtureRequest, directory: Path, make_schema: MakeSchema, pair: str
) -> World:
    """A world without feeds and tables; arguments as of `new_world`."""
    engines = pair.split(">")
    source = _end(request, directory, make_schema, engines[0], "source")
    warehouse = _end(request, directory, make_schema, engines[1], "warehouse")
    world = World(source, warehouse, directory / "feeds.yml")
    world.environment = {
        "STOREWATCH_TARGET": warehouse.engine,
        "STOREWATCH_SOURCE_ONE": source.url,
        "STOREWATCH_SOURCE_TWO": source.url,
        "STOREWATCH_FEEDS": str(world.feeds_file),
        "STOREWATCH_RETRY_BASE_SECONDS": "0.01",
        # No test verifies a certificate, and reading those of the system at every connection
        # would take a third of the time of most tests.
        "SSL_CERT_FILE": os.devnull,
    }
    if warehouse.server:
        world.environment |= warehouse.server.environment(warehouse.schema)
    else:
        world.environment["STOREWATCH_DUCKDB_PATH"] = str(warehouse.path)
    return world


def _end(
    request: pytest.FixtureRequest,
    directory: Path,
    make_schema: MakeSchema,
    engine: str,
    role: str,
) -> End:
    if engine != "duckdb":
        server: Server = request.getfixturevalue(engine)
        return End(engine, make_schema(server), server)
    schema = "src" if role == "source" else "main"
    end = End(engine, schema, path=directory / f"{role}.duckdb")
    end.run("CREATE SCHEMA IF NOT EXISTS {schema}")
    return end
