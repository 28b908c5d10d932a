"""What `load` does by default and on a day without rows, and what it says about its windows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.python.loader.support import MakeSchema, World, new_world

DAY = "2025-03-05"
BACKFILL = ("load", "--from", "2025-03-01", "--to", "2025-03-20", "--feed", "sales")


@pytest.fixture(params=["duckdb>duckdb", "mysql>mariadb"])
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with one sale, long ago."""
    made = new_world(request, tmp_path, make_schema, request.param)
    made.sell((1, "2025-01-01 12:00:00"), shard=2)
    return made


def test_without_a_date_yesterday_is_loaded(world: World, today: date) -> None:
    """With the look-back, in the business time zone."""
    result = world.run("load", "--feed", "sales")

    first, yesterday = today - timedelta(days=4), today - timedelta(days=1)
    assert result.out[0] == f"sales {first}..{yesterday}: 0 rows in the place of 0"


def test_a_quiet_window_of_a_table_with_rows_is_fine(world: World) -> None:
    """Only a source without any row is an error."""
    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert (result.code, result.out[0]) == (0, "sales 2025-03-05: 0 rows in the place of 0")


@pytest.fixture
def duck(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with a sale in each of three windows, for what no engine has a part in."""
    made = new_world(request, tmp_path, make_schema, "duckdb>duckdb")
    made.sell((1, "2025-03-03 12:00:00"), (2, "2025-03-10 12:00:00"), (3, "2025-03-17 12:00:00"))
    return made


def test_a_feed_has_one_line_and_with_verbose_one_per_window(duck: World) -> None:
    """The line of the feed adds up those of its windows."""
    brief = duck.must(*BACKFILL)
    verbose = duck.must(*BACKFILL, "--verbose")

    total = "1 feeds done, 3 windows, 3 rows"
    assert brief.out == [
        "sales 2025-03-01..2025-03-20: 3 rows in the place of 0 in 3 windows",
        total,
    ]
    assert verbose.out == [
        "sales 2025-03-01..2025-03-07: 1 rows in the place of 1",
        "sales 2025-03-08..2025-03-14: 1 rows in the place of 1",
        "sales 2025-03-15..2025-03-20: 1 rows in the place of 1",
        total,
    ]


def test_the_line_of_a_feed_tells_what_is_unusual(duck: World) -> None:
    """Rows without a date are those of the feed; of moved rows the earliest date is named."""
    duck.sell((4, "2025-02-10 12:00:00"), (5, "2025-02-20 12:00:00"), (6, None))
    duck.load("2025-02-01", "2025-02-28", "sales")
    duck.source.run(
        "UPDATE {schema}.t_sale_1 SET sold_at = '2025-03-05 12:00:00' WHERE id = 5",
        "UPDATE {schema}.t_sale_1 SET sold_at = '2025-03-12 12:00:00' WHERE id = 4",
    )

    assert duck.must(*BACKFILL).out[0] == (
        "sales 2025-03-01..2025-03-20: 5 rows in the place of 2 in 3 windows, "
        "1 rows of the source have no date, a row moved here from 2025-02-10"
    )


def test_a_window_that_fails_has_a_line_and_is_missing_from_that_of_the_feed(duck: World) -> None:
    """A feed of which nothing was copied has no line of its own."""
    duck.sell((2, "2025-03-10 13:00:00"), shard=2)

    result = duck.run(*BACKFILL)

    assert (result.code, result.err) == (
        1,
        ["error: feed sales: duplicate key id=2 in src.t_sale_1 and src.t_sale_2"],
    )
    assert result.out == [
        "sales 2025-03-01..2025-03-20: 2 rows in the place of 0 in 2 of 3 windows",
        "0 feeds done, 2 windows, 2 rows; failed: sales",
    ]
    duck.sell((1, "2025-03-03 12:00:00"), (3, "2025-03-17 12:00:00"), shard=2)
    assert duck.run(*BACKFILL, "--again").out == ["0 feeds done, 0 windows, 0 rows; failed: sales"]
