"""Feeds without a date are copied whole, and say whether anything changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.python.loader.support import PAIRS, World, shared_world

# What a changed snapshot logs as the first date that it may have touched: all of them.
ALL_DATES = date(1900, 1, 1)


@pytest.fixture(scope="module", params=PAIRS)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world per pair of engines."""
    with shared_world(request, tmp_path_factory, request.param) as made:
        yield made


@pytest.fixture
def world(shared: World) -> World:
    """Return a world with two shops at the source, loaded."""
    shared.reset()
    shared.source.insert("t_shop", [("US1", "First", "2025-01-01"), ("US2", None, None)])
    shared.must("load", "--feed", "shops")
    return shared


def _touched(world: World) -> list[date | None]:
    return [row[0] for row in world.steps("touched_from", feed="shops")]


def test_a_snapshot_is_replaced_whole(world: World) -> None:
    """The new copy takes the place of the old one, removed rows included."""
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


def test_whatever_dates_are_asked_for_it_is_one_step(world: World) -> None:
    """Dates mean nothing to it, and a long backfill copies it once."""
    world.must("load", "--date", "2025-03-05", "--feed", "shops")
    world.load("2025-01-01", "2025-03-05", "shops")

    assert len(_touched(world)) == 3
    assert world.raw("shops") == [("US1", "First", date(2025, 1, 1)), ("US2", None, None)]


def test_an_empty_snapshot_fails_and_keeps_the_old_copy(world: World) -> None:
    """An empty table is more likely an accident than the truth."""
    before = world.warehouse.rows("raw_shops", "shop_no", "name", "open_date", "_load_id")
    world.source.run("DELETE FROM {schema}.t_shop")

    result = world.run("load", "--feed", "shops")

    message = (
        f"feed shops: source table {world.source.schema}.t_shop is empty; "
        "the warehouse keeps what it has"
    )
    assert (result.code, result.err) == (1, [f"error: {message}"])
    after = world.warehouse.rows("raw_shops", "shop_no", "name", "open_date", "_load_id")
    assert after == before
    assert world.last_step("status", "message", "touched_from", feed="shops") == (
        "failed",
        message,
        None,
    )


def test_a_duplicate_key_fails_and_keeps_the_old_copy(world: World) -> None:
    """The new name of the other shop does not arrive either."""
    world.source.run("UPDATE {schema}.t_shop SET name = 'Other' WHERE shop_no = 'US2'")
    world.source.insert("t_shop", [("US1", "Again", None)])

    result = world.run("load", "--feed", "shops")

    table = f"{world.source.schema}.t_shop"
    assert result.err == [f"error: feed shops: duplicate key shop_no=US1 in {table}"]
    assert world.raw("shops") == [("US1", "First", date(2025, 1, 1)), ("US2", None, None)]


def test_the_first_copy_touches_all_dates_and_the_same_copy_none(world: World) -> None:
    """Only what changed makes dbt rebuild."""
    world.must("load", "--feed", "shops")
    world.must("load", "--feed", "shops")

    assert _touched(world) == [ALL_DATES, None, None]


CHANGES = {
    "a letter": "UPDATE {schema}.t_shop SET name = 'first' WHERE shop_no = 'US1'",
    "a space": "UPDATE {schema}.t_shop SET name = 'first ' WHERE shop_no = 'US1'",
    "a string for NULL": "UPDATE {schema}.t_shop SET name = '' WHERE shop_no = 'US2'",
    "a date": "UPDATE {schema}.t_shop SET open_date = '2025-01-02' WHERE shop_no = 'US1'",
    "NULL for a date": "UPDATE {schema}.t_shop SET open_date = NULL WHERE shop_no = 'US1'",
    "a key": "UPDATE {schema}.t_shop SET shop_no = 'US9' WHERE shop_no = 'US2'",
    "a new row": "INSERT INTO {schema}.t_shop VALUES ('US3', NULL, NULL)",
    "a row less": "DELETE FROM {schema}.t_shop WHERE shop_no = 'US9'",
}


def test_any_change_touches_all_dates(world: World) -> None:
    """However small it is; the copy after it is the same again."""
    for change in CHANGES.values():
        world.source.run(change)
        world.must("load", "--feed", "shops")
    world.must("load", "--feed", "shops")

    touched = _touched(world)[1:]
    assert dict(zip(CHANGES, touched, strict=False)) == dict.fromkeys(CHANGES, ALL_DATES)
    assert touched[-1] is None


def test_values_that_change_places_are_a_change(world: World) -> None:
    """Two rows that exchange their values leave every total of a column as it was."""
    world.source.run(
        "UPDATE {schema}.t_shop SET shop_no = CASE shop_no WHEN 'US1' THEN 'US2' ELSE 'US1' END"
    )

    world.must("load", "--feed", "shops")

    assert _touched(world) == [ALL_DATES, ALL_DATES]
    assert world.raw("shops") == [("US1", None, None), ("US2", "First", date(2025, 1, 1))]
