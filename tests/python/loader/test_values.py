"""Values arrive unchanged: between MySQL and MariaDB to the byte, in DuckDB as far as it can."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from dev.servers import Server
from tests.python.loader.conftest import MakeWorld, World

FEED = """
clock: UTC
time_zone: America/New_York
window_days: 7
lookback_days: 0
reconcile_days: 35
feeds:
  odd:
    server: ONE
    schema: {schema}
    tables: [t_odd]
    key: [id]
    date_column: moment
    columns:
      id: bigint
      small: int
      text: varchar(400)
      code: varchar(8)
      amount: decimal(18,4)
      huge: decimal(38,10)
      day: date
      seen: datetime
      moment: datetime
"""
TABLE = (
    "CREATE TABLE {schema}.t_odd (id bigint PRIMARY KEY, small int, text varchar(400), "
    "code varchar(8), amount decimal(18,4), huge decimal(38,10), day date, seen datetime, "
    "moment datetime)"
)
MOMENT = datetime(2025, 3, 5, 12)
TEXTS = [
    None,
    "",
    "NULL",
    "null",
    "\\N",
    "\\",
    "\\\\",
    "a\tb",
    "a\nb",
    "a\r\nb\r",
    'say "yes"',
    '"',
    '""',
    '","',
    "'",
    "it''s",
    ",",
    " leading and trailing ",
    "\U0001f600\U0001f4a9",
    "中文 ñ é",
    "100% \x1a\x00\x08",
    "x" * 246,
    "y" * 251,
    "z" * 400,
]
ROWS: list[tuple[Any, ...]] = [
    (number, None, text, "n", None, None, None, None, MOMENT) for number, text in enumerate(TEXTS)
] + [
    (
        -9223372036854775808,
        -2147483648,
        "min",
        "",
        Decimal("-99999999999999.9999"),
        Decimal("-9999999999999999999999999999.9999999999"),
        date(1000, 1, 1),
        datetime(1000, 1, 1),
        MOMENT,
    ),
    (
        9223372036854775807,
        2147483647,
        "max",
        "019",
        Decimal("99999999999999.9999"),
        Decimal("9999999999999999999999999999.9999999999"),
        date(9999, 12, 31),
        datetime(9999, 12, 31, 23, 59, 59),
        MOMENT,
    ),
    (
        101,
        0,
        "small",
        "0",
        Decimal("0.0001"),
        Decimal("0E-10"),
        date(1, 1, 1),
        datetime(1, 1, 1),
        MOMENT,
    ),
    (
        102,
        -1,
        "leap",
        " 1",
        Decimal("-0.1"),
        Decimal("1.5"),
        date(2024, 2, 29),
        datetime(1969, 12, 31, 23, 59, 59),
        MOMENT,
    ),
]
# Dates that only exist in MySQL and MariaDB.
UNREAL = [
    (201, "0000-00-00", "0000-00-00 00:00:00"),
    (202, "2025-00-00", "2025-02-00 10:00:00"),
    (203, "2025-02-31", "2025-02-31 23:59:59"),
]
AS_TEXT = (
    "CAST(id AS CHAR), CAST(small AS CHAR), HEX(text), HEX(code), CAST(amount AS CHAR), "
    "CAST(huge AS CHAR), CAST(day AS CHAR), CAST(seen AS CHAR), CAST(moment AS CHAR)"
)


def _fill(world: World, unreal: bool) -> None:
    world.feeds(FEED)
    world.source.run(TABLE)
    server = world.source.server
    assert server is not None
    with server.connect(world.source.schema) as connection, connection.cursor() as cursor:
        cursor.execute("SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ALLOW_INVALID_DATES'")
        marks = ", ".join(["%s"] * 9)
        cursor.executemany(f"INSERT INTO t_odd VALUES ({marks})", ROWS)
        if unreal:
            cursor.executemany(
                "INSERT INTO t_odd (id, day, seen, moment) VALUES (%s, %s, %s, %s)",
                [(*row, MOMENT) for row in UNREAL],
            )
    world.setup()


@pytest.fixture
def no_local_infile(mariadb: Server) -> Iterator[None]:
    """Switch local_infile off on the session's own MariaDB."""
    mariadb.run("SET GLOBAL local_infile = 0")
    yield
    mariadb.run("SET GLOBAL local_infile = 1")


@pytest.mark.parametrize("pair", ["mariadb>mariadb", "mysql>mariadb", "mariadb>mysql"])
def test_every_value_is_the_same_text_at_both_ends(make_world: MakeWorld, pair: str) -> None:
    """Compared as text, since Python knows no zero dates."""
    _same_text(make_world(*pair.split(">")), notes=[])


@pytest.mark.usefixtures("no_local_infile")
@pytest.mark.parametrize("pair", ["mariadb>mariadb", "mysql>mariadb", "duckdb>mariadb"])
def test_without_local_infile_rows_go_in_batches(make_world: MakeWorld, pair: str) -> None:
    """The slower way brings the same values, in more than two batches."""
    note = "note: local_infile is off on the warehouse: loading in batches of 5000 rows, slower"
    world = make_world(*pair.split(">"))
    if world.source.server:
        _same_text(world, notes=[note])
        return
    world.sell(*((number, "2025-03-05 12:00:00") for number in range(12_001)))

    result = world.run("load", "--from", "2025-03-05", "--to", "2025-03-05", "--feed", "sales")

    assert (result.code, result.err) == (0, [note])
    assert world.warehouse.run("SELECT COUNT(*), SUM(amount) FROM raw_sales") == [
        (12_001, Decimal("72009000.2500"))
    ]


@pytest.mark.usefixtures("no_local_infile")
def test_without_local_infile_moves_and_duplicates_are_found_too(maria: World) -> None:
    """The slower way knows collisions as well."""
    maria.sell((1, "2025-02-20 12:00:00"))
    maria.run("load", "--from", "2025-02-20", "--to", "2025-02-20", "--feed", "sales")
    maria.source.run("UPDATE {schema}.t_sale_1 SET sold_at = '2025-03-05 12:00:00'")
    arguments = ("load", "--from", "2025-03-05", "--to", "2025-03-05", "--feed", "sales")

    assert maria.run(*arguments).out[0] == (
        "sales 2025-03-05: 1 rows in the place of 1, a row moved here from 2025-02-20"
    )
    maria.sell((1, "2025-03-05 12:00:00"))
    assert maria.run(*arguments).err[-1] == (
        f"error: feed sales: duplicate key id=1 in {maria.source.schema}.t_sale_1"
    )


def _same_text(world: World, notes: list[str]) -> None:
    _fill(world, unreal=True)

    result = world.run("load", "--from", "2025-03-05", "--to", "2025-03-05")

    assert (result.code, result.err) == (0, notes)
    there = world.source.run(f"SELECT {AS_TEXT} FROM {{schema}}.t_odd ORDER BY id")
    here = world.warehouse.run(f"SELECT {AS_TEXT} FROM raw_odd ORDER BY id")
    assert len(here) == len(ROWS) + len(UNREAL)
    assert here == there


@pytest.mark.parametrize("engine", ["mariadb", "mysql"])
def test_every_value_is_the_same_in_duckdb(make_world: MakeWorld, engine: str) -> None:
    """Compared as Python values."""
    world = make_world(engine, "duckdb")
    _fill(world, unreal=False)

    assert world.run("load", "--from", "2025-03-05", "--to", "2025-03-05").err == []

    here = world.warehouse.run(
        "SELECT id, small, text, code, amount, huge, day, seen, moment FROM raw_odd ORDER BY id"
    )
    assert here == sorted(ROWS)


def test_dates_that_no_calendar_knows_become_null_in_duckdb(make_world: MakeWorld) -> None:
    """They are counted in the message of the step."""
    world = make_world("mariadb", "duckdb")
    _fill(world, unreal=True)

    result = world.run("load", "--from", "2025-03-05", "--to", "2025-03-05")

    assert result.out[0] == (
        f"odd 2025-03-05: {len(ROWS) + 3} rows in the place of 0; "
        "6 dates that no calendar knows became NULL"
    )
    here = world.warehouse.run("SELECT id, day, seen FROM raw_odd WHERE id > 200 AND id < 300")
    assert sorted(here) == [(201, None, None), (202, None, None), (203, None, None)]
    assert world.last_step("message", feed="odd") == ("6 dates that no calendar knows became NULL",)


def test_zero_dates_of_the_date_column_belong_to_no_window(make_world: MakeWorld) -> None:
    """They are counted as undated."""
    world = make_world("mariadb", "mysql")
    server = world.source.server
    assert server is not None
    server.run(
        "SET SESSION sql_mode = ''",
        "INSERT INTO t_sale_1 VALUES (1, 'a', 1, '0000-00-00 00:00:00', NULL), "
        "(2, 'a', 1, '2025-03-05 12:00:00', NULL)",
        schema=world.source.schema,
    )

    result = world.run("load", "--from", "2025-03-05", "--to", "2025-03-05", "--feed", "sales")

    assert result.out[0].endswith("1 rows in the place of 0, 1 rows of the source have no date")
    assert [key for key, _ in world.sold()] == [2]


def test_values_of_a_duckdb_source_reach_mariadb(make_world: MakeWorld) -> None:
    """The text that DuckDB writes is what LOAD DATA reads."""
    world = make_world("duckdb", "mariadb")
    world.feeds(FEED)
    world.source.run(TABLE)
    with duckdb.connect(str(world.source.path)) as connection:
        marks = ", ".join(["?"] * 9)
        connection.executemany(f"INSERT INTO src.t_odd VALUES ({marks})", ROWS)
        there = connection.execute(
            "SELECT id, small, text, code, amount, huge, day, seen FROM src.t_odd ORDER BY id"
        ).fetchall()
    world.setup()

    assert world.run("load", "--from", "2025-03-05", "--to", "2025-03-05").err == []

    here = world.warehouse.run(
        "SELECT id, small, text, code, amount, huge, day, seen FROM raw_odd ORDER BY id"
    )
    assert here == there


def test_fractions_of_a_second_are_refused_and_not_rounded(make_world: MakeWorld) -> None:
    """MySQL would round them without a word."""
    world = make_world("duckdb", "mariadb")
    world.source.run(
        "INSERT INTO {schema}.t_sale_1 VALUES (1, 'a', 1, '2025-03-05 12:00:00.6', '')"
    )

    result = world.run("load", "--from", "2025-03-05", "--to", "2025-03-05", "--feed", "sales")

    assert result.code == 1
    assert "column sold_at holds fractions of a second" in result.err[0]
    assert world.sold() == []


def test_legacy_character_sets_and_narrower_types_are_read(make_world: MakeWorld) -> None:
    """latin1, gbk, char, unsigned, timestamp and fewer decimals."""
    world = make_world("mysql", "mariadb")
    world.source.run(
        "DROP TABLE {schema}.t_sale_1",
        "CREATE TABLE {schema}.t_sale_1 (id int unsigned PRIMARY KEY, "
        "shop char(4) CHARACTER SET latin1, amount decimal(8,2), sold_at timestamp, "
        "note varchar(20) CHARACTER SET gbk)",
        "INSERT INTO {schema}.t_sale_1 VALUES (7, 'é', 1.5, '2025-03-05 12:00:00', '中文')",
    )

    assert (
        world.run("load", "--from", "2025-03-05", "--to", "2025-03-05", "--feed", "sales").err == []
    )

    assert world.warehouse.run("SELECT id, shop, amount, sold_at, note FROM raw_sales") == [
        (7, "é", Decimal("1.5000"), MOMENT, "中文")
    ]
    # The same number written with fewer digits is no difference.
    assert world.run("reconcile", "--days", "600", "--feed", "sales").out[0] == (
        "sales: no difference"
    )
