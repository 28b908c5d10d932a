"""Multiplied sample rows are a network as good as the sample's own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta

import duckdb
import pytest

from dev.bench_build import seed_stores
from dev.multiplied import COPIED, Multiple
from loader.feeds import read_catalog
from tests.python.marts.harness import FEEDS, PROJECT_ROOT

LAST = date(2026, 2, 15)
SHOPS = tuple(row["shop_no"] for row in seed_stores())
NETWORK = Multiple(SHOPS, copies=3, repeats=4, days=7, last=LAST)
CATALOG = read_catalog(FEEDS).feeds


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[int, int]]:
    """Return how many rows every feed had and has; `multiplied` fills it."""
    return {}


@pytest.fixture(scope="module")
def multiplied(
    tmp_path_factory: pytest.TempPathFactory, rows: dict[str, tuple[int, int]]
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return sources with a week of ten stores, multiplied."""
    database = tmp_path_factory.mktemp("multiplied") / "sources.duckdb"
    options = ("--from", "2026-02-09", "--to", f"{LAST}", "--scale", "0.01")
    sample = [sys.executable, "-m", "dev.sample", *options, "--database", str(database)]
    subprocess.run(sample, cwd=PROJECT_ROOT, check=True, capture_output=True)
    with closing(duckdb.connect(str(database))) as connection:
        for feed, it in CATALOG.items():
            counts = [0, 0]
            for table in it.tables:
                name = it.full_name(table)
                counts[0] += connection.execute(f"select count(*) from {name}").fetchall()[0][0]
                counts[1] += NETWORK.apply(connection, name, feed)
            rows[feed] = (counts[0], counts[1])
        yield connection


def _all(feed: str) -> str:
    tables = " union all ".join(
        f"select * from {CATALOG[feed].full_name(table)}" for table in CATALOG[feed].tables
    )
    return f"({tables})"


def test_every_feed_is_multiplied() -> None:
    """Of every feed of the catalog it is known what makes a row another one."""
    assert COPIED.keys() == CATALOG.keys()


@pytest.mark.parametrize("feed", CATALOG)
def test_keys_stay_unique(multiplied: duckdb.DuckDBPyConnection, feed: str) -> None:
    """Over all tables of a feed."""
    key = ", ".join(CATALOG[feed].key)
    found = multiplied.execute(
        f"select count(*), count(distinct ({key})) from {_all(feed)}"
    ).fetchall()[0]
    assert found[0] == found[1] > 0


@pytest.mark.parametrize("feed", [feed for feed in CATALOG if CATALOG[feed].date_column])
def test_rows_are_those_of_every_copy_and_week(
    multiplied: duckdb.DuckDBPyConnection, rows: dict[str, tuple[int, int]], feed: str
) -> None:
    """As many in each, and the oldest about as old as the first date."""
    before, after = rows[feed]
    assert after == 12 * before > 0
    column = CATALOG[feed].date_column
    weeks = multiplied.execute(
        f"select count(distinct date_trunc('week', {column} - interval 12 hour)) from {_all(feed)}"
        f" where {column} between '{NETWORK.first}' and '2026-02-16 05:00:00'"
    ).fetchall()[0][0]
    assert weeks >= 4


def test_stores_are_all_there_and_open(multiplied: duckdb.DuckDBPyConnection) -> None:
    """Every copy opens on the first date; sites that are no stores are not copied."""
    shops = multiplied.execute(
        f"select shop_no, open_date from {_all('shops')} where shop_no in"
        f" ({', '.join(map(repr, NETWORK.shop_numbers()))})"
    ).fetchall()
    assert len(shops) == 30
    assert {open_date for _, open_date in shops} == {NETWORK.first}
    others = multiplied.execute(
        f"select shop_no from {_all('shops')} where shop_no not in"
        f" ({', '.join(map(repr, NETWORK.shop_numbers()))})"
    ).fetchall()
    assert sorted(others) == [("US00000",), ("US99998",)]


def test_orders_keep_their_items_and_members(multiplied: duckdb.DuckDBPyConnection) -> None:
    """As many items have an order as before; a member of one copy is none of another."""
    orphans = multiplied.execute(
        f"select count(*) from {_all('trade_items')} as items anti join {_all('trades')} as trades"
        " on trades.order_no = items.order_no"
    ).fetchall()[0][0]
    assert orphans % 12 == 0
    strangers = multiplied.execute(
        f"select count(*) from (select member_no from {_all('trades')} where member_no is not null"
        " group by member_no having count(distinct dept_id // 100000) > 1)"
    ).fetchall()[0][0]
    assert strangers == 0


def test_loads_cover_every_week() -> None:
    """Windows of the weeks before stand beside those of the last; snapshots have none."""
    with closing(duckdb.connect()) as connection:
        connection.execute(
            "create table load_steps"
            " (load_id bigint, feed varchar, window_from date, window_to date, touched_from date)"
        )
        connection.execute(
            "insert into load_steps values (1, 'shops', null, null, null),"
            " (2, 'trades', '2026-02-09', '2026-02-15', '2026-02-09')"
        )
        NETWORK.repeat_loads(connection)
        windows = connection.execute(
            "select window_from, window_to, touched_from from load_steps"
            " where feed = 'trades' order by window_from"
        ).fetchall()
        ids = connection.execute("select count(distinct load_id) from load_steps").fetchall()[0][0]
    mondays = [date(2026, 1, 19), date(2026, 1, 26), date(2026, 2, 2), date(2026, 2, 9)]
    assert windows == [(day, day + timedelta(days=6), day) for day in mondays]
    assert ids == 5
