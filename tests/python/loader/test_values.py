"""Values arrive unchanged: between MySQL and MariaDB to the byte, in DuckDB as far as it can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dev.servers import Server
from tests.python.loader.support import MakeSchema, World, bare_world, new_world

ONE_DAY = ("load", "--from", "2025-03-05", "--to", "2025-03-05")
NOTE = "note: local_infile is off on the warehouse: loading in batches of 5000 rows, slower"
ODD: Mapping[str, Any] = {
    "server": "ONE",
    "tables": ["t_odd"],
    "key": ["id"],
    "date_column": "moment",
    "columns": {
        "id": "bigint",
        "small": "int",
        "text": "varchar(400)",
        "code": "varchar(8)",
        "amount": "decimal(18,4)",
        "huge": "decimal(38,10)",
        "day": "date",
        "seen": "datetime",
        "moment": "datetime",
    },
}
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
UNREAL: list[tuple[Any, ...]] = [
    (201, None, None, None, None, None, "0000-00-00", "0000-00-00 00:00:00", MOMENT),
    (202, None, None, None, None, None, "2025-00-00", "2025-02-00 10:00:00", MOMENT),
    (203, None, None, None, None, None, "2025-02-31", "2025-02-31 23:59:59", MOMENT),
]
AS_TEXT = (
    "CAST(id AS CHAR), CAST(small AS CHAR), HEX(text), HEX(code), CAST(amount AS CHAR), "
    "CAST(huge AS CHAR), CAST(day AS CHAR), CAST(seen AS CHAR), CAST(moment AS CHAR)"
)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world without rows."""
    return new_world(request, tmp_path, make_schema, request.param)


def _fill(world: World, *more: tuple[Any, ...]) -> None:
    """Use the feed `odd` alone, with `ROWS` and more rows."""
    world.use_feeds({"odd": ODD})
    world.create_source_tables()
    world.source.insert("t_odd", [*ROWS, *more])
    world.must("setup")


@pytest.fixture
def no_local_infile(mariadb: Server) -> Iterator[None]:
    """Switch local_infile off on the session's own MariaDB."""
    mariadb.run("SET GLOBAL local_infile = 0")
    yield
    mariadb.run("SET GLOBAL local_infile = 1")


def _arrives_as_the_same_text(world: World, notes: list[str]) -> None:
    _fill(world, *UNREAL)

    result = world.run(*ONE_DAY)

    assert (result.code, result.err) == (0, notes)
    there = world.source.run(f"SELECT {AS_TEXT} FROM {{schema}}.t_odd ORDER BY id")
    here = world.warehouse.run(f"SELECT {AS_TEXT} FROM raw_odd ORDER BY id")
    assert len(here) == len(ROWS) + len(UNREAL)
    assert here == there


@pytest.mark.parametrize(
    "world", ["mariadb>mariadb", "mysql>mariadb", "mariadb>mysql"], indirect=True
)
def test_every_value_is_the_same_text_at_both_ends(world: World) -> None:
    """Compared as text, since Python knows no zero dates."""
    _arrives_as_the_same_text(world, notes=[])


@pytest.mark.usefixtures("no_local_infile")
@pytest.mark.parametrize("world", ["mariadb>mariadb", "mysql>mariadb"], indirect=True)
def test_without_local_infile_values_are_the_same_text_too(world: World) -> None:
    """The slower way brings the same values, and says that it is slower."""
    _arrives_as_the_same_text(world, notes=[NOTE])


@pytest.mark.usefixtures("no_local_infile")
@pytest.mark.parametrize("world", ["duckdb>mariadb"], indirect=True)
def test_without_local_infile_rows_go_in_batches(world: World) -> None:
    """More than two of them, and every row is there once."""
    sales = [(key, "US1", Decimal(key) / 4, MOMENT) for key in range(12_001)]
    world.source.insert("t_sale_1", sales)

    result = world.run(*ONE_DAY, "--feed", "sales")

    assert (result.code, result.err) == (0, [NOTE])
    assert world.raw("sales") == sales


@pytest.mark.usefixtures("no_local_infile")
@pytest.mark.parametrize("world", ["mariadb>mariadb"], indirect=True)
def test_without_local_infile_moves_and_duplicates_are_found_too(world: World) -> None:
    """The slower way knows collisions as well."""
    world.sell((1, "2025-02-20 12:00:00"))
    world.run("load", "--from", "2025-02-20", "--to", "2025-02-20", "--feed", "sales")
    world.source.run("UPDATE {schema}.t_sale_1 SET sold_at = '2025-03-05 12:00:00'")

    assert world.run(*ONE_DAY, "--feed", "sales").out[0] == (
        "sales 2025-03-05: 1 rows in the place of 1, a row moved here from 2025-02-20"
    )
    world.sell((1, "2025-03-05 12:00:00"))
    assert world.run(*ONE_DAY, "--feed", "sales").err[-1] == (
        f"error: feed sales: duplicate key id=1 in {world.source.schema}.t_sale_1"
    )


@pytest.mark.parametrize("world", ["mariadb>duckdb", "mysql>duckdb"], indirect=True)
def test_every_value_is_the_same_in_duckdb(world: World) -> None:
    """Compared as Python values."""
    _fill(world)

    assert world.run(*ONE_DAY).err == []

    assert world.raw("odd") == sorted(ROWS)


@pytest.mark.parametrize("world", ["mariadb>duckdb"], indirect=True)
def test_dates_that_no_calendar_knows_become_null_in_duckdb(world: World) -> None:
    """They are counted in the message of the step."""
    _fill(world, *UNREAL)

    result = world.run(*ONE_DAY)

    assert result.out[0] == (
        f"odd 2025-03-05: {len(ROWS) + 3} rows in the place of 0; "
        "6 dates that no calendar knows became NULL"
    )
    here = world.warehouse.run("SELECT id, day, seen FROM raw_odd WHERE id > 200 AND id < 300")
    assert sorted(here) == [(201, None, None), (202, None, None), (203, None, None)]
    assert world.last_step("message", feed="odd") == ("6 dates that no calendar knows became NULL",)


@pytest.mark.parametrize("world", ["mariadb>duckdb"], indirect=True)
def test_dates_that_no_calendar_knows_are_counted_in_one_line(world: World) -> None:
    """The first window says how many, and in how many others there are such dates too."""
    world.use_feeds({"odd": ODD}, window_days=1)
    world.create_source_tables()
    moments = [datetime(2025, 3, day, 12) for day in (5, 6, 7)]
    world.source.insert("t_odd", [(*UNREAL[0][:-1], moments[0]), (1, *UNREAL[1][1:-1], moments[2])])
    world.source.insert("t_odd", [(2, *UNREAL[2][1:7], None, moments[2]), (3, *ROWS[0][1:])])
    world.must("setup")

    assert world.load("2025-03-05", "2025-03-07").out[0] == (
        "odd 2025-03-05..2025-03-07: 4 rows in the place of 0 in 3 windows; "
        "2 dates that no calendar knows became NULL, likewise in 1 more windows"
    )


@pytest.mark.parametrize("world", ["mariadb>mysql"], indirect=True)
def test_zero_dates_of_the_date_column_belong_to_no_window(world: World) -> None:
    """They are counted as undated."""
    world.sell((1, "0000-00-00 00:00:00"), (2, "2025-03-05 12:00:00"))

    result = world.run(*ONE_DAY, "--feed", "sales")

    assert result.out[0].endswith("1 rows in the place of 0, 1 rows of the source have no date")
    assert [key for key, _ in world.sold()] == [2]


@pytest.mark.parametrize("world", ["duckdb>mariadb"], indirect=True)
def test_values_of_a_duckdb_source_reach_mariadb(world: World) -> None:
    """The text that DuckDB writes is what LOAD DATA reads."""
    _fill(world)

    assert world.run(*ONE_DAY).err == []

    assert world.raw("odd") == sorted(ROWS)


@pytest.mark.parametrize("world", ["duckdb>mariadb"], indirect=True)
def test_fractions_of_a_second_are_refused_and_not_rounded(world: World) -> None:
    """MySQL would round them without a word."""
    world.sell((1, "2025-03-05 12:00:00.6"))

    result = world.run(*ONE_DAY, "--feed", "sales")

    assert result.code == 1
    assert "column sold_at holds fractions of a second" in result.err[0]
    assert world.sold() == []


def test_legacy_character_sets_and_narrower_types_are_read(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema, today: date
) -> None:
    """latin1, gbk, char, unsigned, timestamp and fewer decimals."""
    world = bare_world(request, tmp_path, make_schema, "mysql>mariadb")
    columns = {
        "id": "bigint",
        "shop": "varchar(16)",
        "amount": "decimal(12,4)",
        "moment": "datetime",
        "note": "varchar(64)",
    }
    world.use_feeds({"odd": {**ODD, "columns": columns}})
    day = today - timedelta(days=2)
    world.source.run(
        "CREATE TABLE {schema}.t_odd (id int unsigned PRIMARY KEY, "
        "shop char(4) CHARACTER SET latin1, amount decimal(8,2), moment timestamp, "
        "note varchar(20) CHARACTER SET gbk)",
        f"INSERT INTO {{schema}}.t_odd VALUES (7, 'é', 1.5, '{day} 12:00:00', '中文')",
    )
    world.must("setup")

    world.load(str(day))

    moment = datetime.combine(day, time(12))
    assert world.raw("odd") == [(7, "é", Decimal("1.5000"), moment, "中文")]
    # The same number written with fewer digits is no difference.
    assert world.must("reconcile").out[0] == "odd: no difference"
