"""Targets: servers get the same rows as files, other data is left alone, errors are one line."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Protocol

import duckdb
import pandas as pd
import pymysql
import pytest
from pydantic import SecretStr
from typer.testing import CliRunner

from dev.sample.__main__ import app
from dev.sample.generate import Plan, snapshots
from dev.sample.write import MySQLTarget, Writer
from loader.errors import LoaderError
from loader.feeds import Feed
from loader.settings import DuckDBAddress, MySQLAddress

from .source_rows import FEEDS, as_text, collect, frame, read, write

PLAN = Plan(first=date(2026, 1, 1), last=date(2026, 1, 2), scale=0.1, stores=1)


class Server(Protocol):
    """A server of the fixtures `mariadb` and `mysql`."""

    host: str
    port: int
    user: str
    password: str


@pytest.mark.parametrize("engine", ["mariadb", "mysql"])
def test_a_server_gets_the_same_rows(engine: str, request: pytest.FixtureRequest) -> None:
    """Every feed on a server holds what was generated, with its keys and a date index."""
    server: Server = request.getfixturevalue(engine)
    collected = collect(PLAN)
    with _own_schemas(server) as feeds:
        write(PLAN, _address(server), feeds)
        write(PLAN, _address(server), feeds)  # a second run replaces the first
        for name in {feed for feed, _ in collected}:
            found = pd.concat([_table(server, feeds[name], table) for table in feeds[name].tables])
            pd.testing.assert_frame_equal(as_text(found), as_text(frame(collected, name)))
            keys, indexed = _indexes(server, feeds[name])
            assert keys == set(feeds[name].key)
            assert feeds[name].date_column in indexed


@pytest.mark.parametrize("engine", ["mariadb", "mysql"])
def test_without_files_rows_are_inserted(engine: str, request: pytest.FixtureRequest) -> None:
    """A server that refuses LOAD DATA LOCAL gets the same rows by INSERT."""
    server: Server = request.getfixturevalue(engine)
    trades = collect(PLAN)["trades", 0]
    with _own_schemas(server) as feeds:
        target = MySQLTarget(_address(server), may_load_files=False)
        target.create(feeds["trades"])
        target.append(feeds["trades"], "t_trade", trades)
        target.finish()
        found = _table(server, feeds["trades"], "t_trade")
    pd.testing.assert_frame_equal(as_text(found), as_text(trades.to_pandas()))


def test_a_file_with_other_data_is_left_alone(tmp_path: Path) -> None:
    """A warehouse named by mistake is not replaced."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table precious as select 1 as one")
    with pytest.raises(LoaderError, match="holds the schema main"):
        Writer(DuckDBAddress(path))
    with duckdb.connect(str(path)) as connection:
        assert connection.execute("select one from precious").fetchall() == [(1,)]


def test_an_error_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    """A run that fails leaves neither half a file nor a temporary one."""
    path = tmp_path / "sources.duckdb"
    with Writer(DuckDBAddress(path)) as writer:
        for feed, table, rows in snapshots(PLAN):
            writer.add(feed, table, rows)
    before = path.read_bytes()
    with pytest.raises(ZeroDivisionError), Writer(DuckDBAddress(path)):
        raise ZeroDivisionError
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
    assert len(read(path, FEEDS["shops"])) == 3


def test_the_command_writes_and_counts(tmp_path: Path) -> None:
    """The command writes every feed and prints its rows."""
    path = tmp_path / "deep" / "sources.duckdb"
    arguments = ["--from", "2026-01-01", "--to", "2026-01-01", "--stores", "1", "--scale", "0.1"]
    result = CliRunner().invoke(app, [*arguments, "--database", str(path)])
    assert result.exit_code == 0, result.output
    for feed in FEEDS.values():
        assert f"{len(read(path, feed)):,}" in result.output
        assert len(read(path, feed)) > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ("--from 2026-03-01 --to 2026-02-01", "--from 2026-03-01 is after --to 2026-02-01"),
        ("--from yesterday", "--from 'yesterday' is not a date: write it as 2026-02-14"),
        ("--from 2020-01-01", "days must lie between 2025-06-30 and 2029-12-31"),
        ("--scale 0", "--scale must be above 0 and at most 10"),
        ("--stores 0", "--stores must be between 1 and 800"),
        ("--seed -1", "--seed must not be negative"),
        ("--to-url nonsense", "--to-url is not a valid URL (its value is not shown)"),
    ],
)
def test_wrong_usage_is_one_line(arguments: str, message: str, tmp_path: Path) -> None:
    """Wrong options exit with 2 and one line, and write nothing."""
    database = tmp_path / "sources.duckdb"
    result = CliRunner().invoke(app, [*arguments.split(), "--database", str(database)])
    assert result.exit_code == 2
    assert result.stderr == f"dev.sample: {message}\n"
    assert not database.exists()


def test_an_unreachable_server_is_one_line() -> None:
    """A server that does not answer exits with 1; the password is not shown."""
    result = CliRunner().invoke(app, ["--to-url", "mysql+pymysql://root:hidden@127.0.0.1:1/"])
    assert result.exit_code == 1
    assert result.stderr.startswith("dev.sample: root@127.0.0.1:1: ")
    assert result.stderr.count("\n") == 1
    assert "hidden" not in result.output


def _address(server: Server) -> MySQLAddress:
    return MySQLAddress(server.host, server.port, server.user, SecretStr(server.password))


@contextmanager
def _own_schemas(server: Server) -> Iterator[dict[str, Feed]]:
    """Give the feeds schemas that no other test uses, and drop them afterwards."""
    prefix = f"sample_{uuid.uuid4().hex[:8]}_"
    feeds = {
        name: feed.model_copy(update={"schema_name": prefix + feed.schema_name})
        for name, feed in FEEDS.items()
    }
    try:
        yield feeds
    finally:
        for schema in {feed.schema_name for feed in feeds.values()}:
            _run(server, f"drop schema if exists {schema}")


def _run(server: Server, sql: str) -> list[tuple[object, ...]]:
    connection = pymysql.connect(
        host=server.host,
        port=server.port,
        user=server.user,
        password=server.password,
        charset="utf8mb4",
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return list(cursor.fetchall())


def _table(server: Server, feed: Feed, table: str) -> pd.DataFrame:
    rows = _run(server, f"select {', '.join(feed.columns)} from {feed.full_name(table)}")
    return pd.DataFrame(rows, columns=list(feed.columns), dtype=object)


def _indexes(server: Server, feed: Feed) -> tuple[set[object], set[object]]:
    rows = _run(server, f"show index from {feed.full_name(feed.tables[0])}")
    keys = {row[4] for row in rows if row[2] == "PRIMARY"}
    return keys, {row[4] for row in rows if row[2] != "PRIMARY"}
