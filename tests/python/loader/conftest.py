"""A small world for the loader: a source, a warehouse, three feeds, and a way to run verbs."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dev.servers import Server
from loader.cli import main

ROOT = Path(__file__).resolve().parents[3]
MakeSchema = Callable[[Server], str]

FEEDS = """
clock: UTC
time_zone: America/New_York
window_days: 7
lookback_days: 3
reconcile_days: 35
feeds:
  sales:
    server: ONE
    schema: {schema}
    tables: [t_sale_1, t_sale_2]
    key: [id]
    date_column: sold_at
    columns:
      id: bigint
      shop: varchar(16)
      amount: decimal(12,4)
      sold_at: datetime
      note: varchar(64)
  plans:
    server: ONE
    schema: {schema}
    tables: [t_plan]
    key: [shop, day]
    date_column: day
    columns:
      shop: varchar(16)
      day: date
      qty: decimal(18,4)
  shops:
    server: TWO
    schema: {schema}
    tables: [t_shop]
    key: [shop_no]
    columns:
      shop_no: varchar(16)
      name: varchar(128)
      open_date: date
"""
SALE = "(id bigint, shop varchar(16), amount decimal(12,4), sold_at datetime, note varchar(64))"
TABLES = (
    f"CREATE TABLE {{schema}}.t_sale_1 {SALE}",
    f"CREATE TABLE {{schema}}.t_sale_2 {SALE}",
    "CREATE TABLE {schema}.t_plan (shop varchar(16), day date, qty decimal(18,4))",
    "CREATE TABLE {schema}.t_shop (shop_no varchar(16), name varchar(128), open_date date)",
    "INSERT INTO {schema}.t_shop VALUES ('US1', 'First', '2025-01-01')",
    "INSERT INTO {schema}.t_plan VALUES ('US1', '2025-03-01', 1.5)",
    "INSERT INTO {schema}.t_sale_2 VALUES (1000, 'US1', 1, '2025-01-01 12:00:00', NULL)",
)


@dataclass
class Result:
    """What a verb did."""

    code: int
    out: list[str]
    err: list[str]


@dataclass
class End:
    """A database at one end: a schema of a server, or a DuckDB file."""

    engine: str
    schema: str
    server: Server | None = None
    path: Path | None = None

    @property
    def url(self) -> str:
        """Its URL as a source."""
        return self.server.url() if self.server else f"duckdb:///{self.path}"

    def run(self, *statements: str) -> list[tuple[Any, ...]]:
        """Run statements; `{schema}` in them is its schema. Rows of the last one."""
        texts = [statement.replace("{schema}", self.schema) for statement in statements]
        if self.server:
            return self.server.run(*texts, schema=self.schema)
        with duckdb.connect(str(self.path)) as connection:
            rows: list[tuple[Any, ...]] = []
            for text in texts:
                rows = connection.execute(text).fetchall()
            return rows


@dataclass
class World:
    """Both ends, the feed configuration and the environment of the loader."""

    source: End
    warehouse: End
    feeds_file: Path
    environment: dict[str, str] = field(default_factory=dict)

    def feeds(self, text: str) -> None:
        """Use another feed configuration; `{schema}` in it is the source's."""
        self.feeds_file.write_text(text.replace("{schema}", self.source.schema), encoding="utf-8")

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
        """Start a verb as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "loader", *arguments],
            cwd=ROOT,
            env={**os.environ, **self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def setup(self) -> None:
        """Create the raw tables."""
        result = self.run("setup")
        assert result.code == 0, result.err

    def sell(self, *rows: tuple[int, str], shard: int = 1) -> None:
        """Insert sales: id and instant in UTC."""
        values = ", ".join(
            f"({key}, 'US1', {key}.25, {instant if instant == 'NULL' else repr(instant)}, 'n')"
            for key, instant in rows
        )
        self.source.run(f"INSERT INTO {{schema}}.t_sale_{shard} VALUES {values}")

    def sold(self) -> list[tuple[Any, ...]]:
        """Id and instant of what the warehouse holds."""
        rows = self.warehouse.run("SELECT id, sold_at FROM raw_sales ORDER BY id, sold_at")
        return [(key, str(instant)) for key, instant in rows]

    def last_step(self, *columns: str, feed: str = "sales") -> tuple[Any, ...]:
        """Columns of the newest step of a feed."""
        return self.warehouse.run(
            f"SELECT {', '.join(columns)} FROM load_steps WHERE feed = '{feed}' "
            "ORDER BY load_id DESC LIMIT 1"
        )[0]


MakeWorld = Callable[[str, str], World]


@pytest.fixture
def make_world(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema
) -> Iterator[MakeWorld]:
    """Return a function that makes a world from the engines of source and warehouse."""

    def end(engine: str, role: str) -> End:
        if engine == "duckdb":
            path = tmp_path / f"{role}.duckdb"
            schema = "src" if role == "source" else "main"
            made = End(engine, schema, path=path)
            if role == "source":
                made.run("CREATE SCHEMA {schema}")
            return made
        server: Server = request.getfixturevalue(engine)
        return End(engine, make_schema(server), server)

    def make(source_engine: str, warehouse_engine: str) -> World:
        source, warehouse = end(source_engine, "source"), end(warehouse_engine, "warehouse")
        source.run(*TABLES)
        world = World(source, warehouse, tmp_path / "feeds.yml")
        world.environment = {
            "STOREWATCH_TARGET": warehouse_engine,
            "STOREWATCH_SOURCE_ONE": source.url,
            "STOREWATCH_SOURCE_TWO": source.url,
            "STOREWATCH_FEEDS": str(world.feeds_file),
            "STOREWATCH_RETRY_BASE_SECONDS": "0.01",
            "STOREWATCH_CONNECT_TIMEOUT": "5",
        }
        if warehouse.server:
            world.environment |= {
                "STOREWATCH_DB_HOST": warehouse.server.host,
                "STOREWATCH_DB_PORT": str(warehouse.server.port),
                "STOREWATCH_DB_USER": warehouse.server.user,
                "STOREWATCH_DB_PASSWORD": warehouse.server.password,
                "STOREWATCH_DB_SCHEMA": warehouse.schema,
            }
        else:
            world.environment["STOREWATCH_DUCKDB_PATH"] = str(warehouse.path)
        world.feeds(FEEDS)
        world.setup()
        return world

    yield make


@pytest.fixture(params=["duckdb>duckdb", "mysql>mariadb"])
def world(request: pytest.FixtureRequest, make_world: MakeWorld) -> World:
    """A world for what must hold on every engine."""
    source, warehouse = request.param.split(">")
    return make_world(source, warehouse)


@pytest.fixture
def maria(make_world: MakeWorld) -> World:
    """A world on MariaDB at both ends."""
    return make_world("mariadb", "mariadb")


@pytest.fixture
def duck(make_world: MakeWorld) -> World:
    """A world on DuckDB at both ends, for what does not depend on the engine."""
    return make_world("duckdb", "duckdb")
