"""Every way that rows travel brings the same rows: pairs of engines, pipes and batches."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.python.loader.support import (
    FEEDS,
    PAIRS,
    MakeSchema,
    Row,
    World,
    bare_world,
)

DAY = "2025-03-05"
NOON = datetime(2025, 3, 5, 12)
NOTE = "note: local_infile is off on the warehouse: loading in batches of 5000 rows, slower"
VALUES: Mapping[str, Any] = {
    "server": "ONE",
    "tables": ["t_value"],
    "key": ["id"],
    "date_column": "moment",
    "columns": {
        "id": "bigint",
        "label": "varchar(300)",
        "number": "int",
        "amount": "decimal(18,4)",
        "wide": "decimal(38,18)",
        "day": "date",
        "seen": "datetime",
        "moment": "datetime",
    },
}
LABELS = (
    None,
    "",
    " ",
    "NULL",
    "null",
    "\\N",
    "\\n",
    "\\",
    "\\\\",
    "ends in \\",
    "tab\there",
    "line\nfeed",
    "carriage\rreturn",
    "\r\n",
    "\n",
    '"',
    '""',
    '","',
    '"quoted"',
    '",NULL,"',
    "'",
    "''); DROP TABLE raw_value; --",
    "a,b;c|d",
    "%s %d %% ? ?",
    "nul\x00inside",
    "\x00",
    "\x01\x08\x1a\x1b\x7f",
    "\ufeffmark",
    " space on both sides ",
    "拿铁咖啡，大杯",
    "Ünïcödé e\u0301",
    "🥤👩‍👩‍👧☕",
    "🥤" * 300,
    '"' * 300,
    "x" * 250,
    "x" * 251,
    "x" * 300,
)
EXTREMES: tuple[Row, ...] = (
    (
        9223372036854775807,
        "largest",
        2147483647,
        Decimal("99999999999999.9999"),
        Decimal("99999999999999999999.999999999999999999"),
        date(9999, 12, 31),
        datetime(9999, 12, 31, 23, 59, 59),
        NOON,
    ),
    (
        -9223372036854775808,
        "smallest",
        -2147483648,
        Decimal("-99999999999999.9999"),
        Decimal("-99999999999999999999.999999999999999999"),
        date(1000, 1, 1),
        datetime(1000, 1, 1),
        NOON,
    ),
    (
        1001,
        "nearly nothing",
        -1,
        Decimal("-0.0001"),
        Decimal("0.000000000000000001"),
        date(2024, 2, 29),
        datetime(1969, 12, 31, 23, 59, 59),
        NOON,
    ),
    (
        1002,
        "of no float",
        0,
        Decimal("0.1000"),
        Decimal("12345678901234567890.123456789012345678"),
        date(1970, 1, 1),
        datetime(2038, 1, 19, 3, 14, 8),
        NOON,
    ),
)
ROWS: tuple[Row, ...] = (
    *EXTREMES,
    *((key, label, None, None, None, None, None, NOON) for key, label in enumerate(LABELS)),
)
# Dates that servers hold and no calendar knows.
UNREAL: tuple[Row, ...] = (
    (2001, "zero", 0, None, None, "0000-00-00", "0000-00-00 00:00:00", NOON),
    (2002, "February", 0, None, None, "2025-02-31", "2025-02-31 10:00:00", NOON),
)
OF_NO_DATE = (2003, "of no day", 0, None, None, None, None, "0000-00-00 00:00:00")


@contextlib.contextmanager
def _local_infile(world: World, on: bool) -> Iterator[None]:
    """Switch local_infile of the session's own MariaDB; it is on at all other times."""
    server = world.warehouse.server
    if on or server is None:
        yield
        return
    server.run("SET GLOBAL local_infile = 0")
    try:
        yield
    finally:
        server.run("SET GLOBAL local_infile = 1")


def _by_key(rows: list[Row]) -> dict[Any, Row]:
    found = {row[0]: row for row in rows}
    assert len(found) == len(rows)
    return found


@pytest.fixture(
    params=[
        *((pair, True) for pair in PAIRS),
        ("mysql>mariadb", False),
        ("mariadb>mariadb", False),
        ("duckdb>mariadb", False),
    ],
    ids=lambda param: f"{param[0]} {'quick' if param[1] else 'batches'}",
)
def way(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema
) -> Iterator[tuple[World, bool]]:
    """Return a world without tables, and whether local_infile is on."""
    pair, quick = request.param
    world = bare_world(request, tmp_path, make_schema, pair)
    with _local_infile(world, quick):
        yield world, quick


def test_every_value_arrives_unchanged(way: tuple[World, bool]) -> None:
    """The warehouse yields the values that were put into the source, not just equal texts."""
    world, quick = way
    servers = [end for end in (world.source, world.warehouse) if end.server]
    unreal = UNREAL if world.source.server else ()
    world.use_feeds({"value": VALUES})
    world.create_source_tables()
    world.source.insert("t_value", [*ROWS, *unreal])
    if world.source.server:
        world.source.insert("t_value", [OF_NO_DATE])
    world.must("setup")

    result = world.run("load", "--from", DAY, "--to", DAY)

    assert (result.code, result.err) == (0, [] if quick else [NOTE])
    expected = _by_key([*ROWS, *unreal])
    if len(servers) == 1 and world.source.server:
        # DuckDB has no such dates: NULL takes their place, and the step counts them.
        expected |= {row[0]: (*row[:5], None, None, row[7]) for row in unreal}
    found = _by_key(world.raw("value"))
    for key, row in expected.items():
        assert found.get(key) == row, key
    assert found.keys() == expected.keys()
    assert world.last_step(
        "rows_source", "rows_read", "rows_written", "rows_undated", feed="value"
    ) == (len(expected), len(expected), len(expected), 1 if unreal else 0)


def test_more_rows_than_a_batch_arrive_once(way: tuple[World, bool]) -> None:
    """Moved and replaced ones too, on the careful way that a moved row takes."""
    world, quick = way
    world.use_feeds(FEEDS)
    world.create_source_tables()
    world.must("setup")
    digits = "(SELECT 0 d" + "".join(f" UNION ALL SELECT {digit}" for digit in range(1, 10)) + ")"
    for shard in (1, 2):
        world.source.run(
            f"INSERT INTO {{schema}}.t_sale_{shard} "
            f"SELECT a.d + 10 * b.d + 100 * c.d + 1000 * e.d + {shard} * 10000, 'US1', a.d, "
            f"'2025-03-05 12:00:00' FROM {digits} a, {digits} b, {digits} c, {digits} e "
            "WHERE e.d < 6"
        )
    world.sell((1, "2025-02-20 12:00:00"))
    arguments = ("load", "--from", "2025-02-20", "--to", DAY, "--feed", "sales")
    assert world.run(*arguments).code == 0
    world.source.run("UPDATE {schema}.t_sale_1 SET sold_at = '2025-03-05 13:00:00' WHERE id = 1")

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert (result.code, result.err) == (0, [] if quick else [NOTE])
    assert world.warehouse.run(
        "SELECT COUNT(*), COUNT(DISTINCT id), MIN(_load_id), MIN(id), MAX(id), SUM(amount) "
        "FROM {schema}.raw_sales"
    ) == [(12001, 12001, 3, 1, 25999, Decimal("54001.2500"))]
    assert world.last_step("touched_from", "rows_read", "rows_written", "rows_deleted") == (
        date(2025, 2, 20),
        12001,
        12001,
        12001,
    )


@pytest.mark.parametrize("pair", ["mariadb>duckdb", "mysql>duckdb"])
def test_rows_longer_than_64_kb_arrive(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema, pair: str
) -> None:
    """The protocol writes their length in another way, and quotes double their size."""
    world = bare_world(request, tmp_path, make_schema, pair)
    names = [f"text_{number}" for number in range(6)]
    columns = {"id": "bigint", **dict.fromkeys(names, "varchar(9999)"), "moment": "datetime"}
    world.use_feeds({"value": {**VALUES, "columns": columns}})
    narrow = ", ".join(f"{name} varchar(9999) CHARACTER SET latin1" for name in names)
    world.source.run(f"CREATE TABLE {{schema}}.t_value (id bigint, {narrow}, moment datetime)")
    # Lengths on both sides of every size from which the protocol writes them differently.
    sizes = (9999, 1, 9999, 40, 9999, 5400, 5500, 9999)
    rows: list[Row] = [
        (key, *(letter * size for letter in ('"', "é", '"', '"', "x", '"')), NOON)
        for key, size in enumerate(sizes)
    ]
    world.source.insert("t_value", rows)
    world.must("setup")

    world.load(DAY)

    assert world.raw("value") == rows


def test_the_command_does_what_the_function_does(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema
) -> None:
    """`python -m loader` as a process of its own, its exit code and its output."""
    world = bare_world(request, tmp_path, make_schema, "mariadb>duckdb")
    world.use_feeds(FEEDS)
    world.create_source_tables()
    world.sell((1, "2025-03-05 12:00:00"))

    made = world.run_process("setup")
    loaded = world.run_process("load", "--date", DAY, "--feed", "sales")

    assert (made.code, made.out, made.err) == (0, ["5 tables created, 0 were there"], [])
    assert (loaded.code, loaded.err) == (0, [])
    assert loaded.out == [
        "sales 2025-03-02..2025-03-05: 1 rows in the place of 0",
        "1 feeds done, 1 windows, 1 rows",
    ]
    assert world.sold() == [(1, "2025-03-05 12:00:00")]
