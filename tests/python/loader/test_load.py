"""What `load` does by default, and on a day without rows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.python.loader.support import MakeSchema, World, new_world

DAY = "2025-03-05"


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
