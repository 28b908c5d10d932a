"""Feeds without a date are copied whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.python.loader.support import MakeSchema, World, new_world

ALWAYS = date(1900, 1, 1)


@pytest.fixture(params=["mysql>mariadb", "mariadb>duckdb", "duckdb>duckdb"])
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with two shops at the source."""
    made = new_world(request, tmp_path, make_schema, request.param)
    made.source.insert("t_shop", [("US1", "First", "2025-01-01"), ("US2", None, None)])
    return made


def test_a_snapshot_is_replaced_whole(world: World) -> None:
    """The new copy takes the place of the old one, removed rows included."""
    world.must("load", "--feed", "shops")
    world.source.run("DELETE FROM {schema}.t_shop WHERE shop_no = 'US1'")
    world.source.insert("t_shop", [("US3", "", "2025-02-03")])

    result = world.must("load", "--feed", "shops")

    assert result.out == [
        "shops: 2 rows in the place of 2",
        "1 feeds done, 1 windows, 2 rows",
    ]
    assert world.raw("shops") == [("US2", None, None), ("US3", "", date(2025, 2, 3))]
    assert world.last_step(
        "window_from", "window_to", "rows_source", "rows_written", "rows_deleted", feed="shops"
    ) == (None, None, 2, 2, 2)
