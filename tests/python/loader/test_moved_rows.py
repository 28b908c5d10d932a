"""A row whose date changed has one copy, on its new date; a key that is there twice is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.python.loader.support import PAIRS, World, shared_world

DAY = "2025-03-05"
NOON = "2025-03-05 17:00:00"


@pytest.fixture(scope="module", params=PAIRS)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world per pair of engines."""
    with shared_world(request, tmp_path_factory, request.param) as made:
        yield made


@pytest.fixture
def world(shared: World) -> World:
    """Return a world with a row on either side of 5 March and one on it, all loaded."""
    shared.reset()
    # In New York this is the evening of 17 February.
    shared.sell((1, "2025-02-18 04:59:59"), (2, NOON), (3, "2025-03-20 12:00:00"))
    shared.load("2025-02-17", "2025-03-20", "sales")
    return shared


def _move(world: World, key: int, to: str) -> None:
    world.source.run(f"UPDATE {{schema}}.t_sale_1 SET sold_at = '{to}' WHERE id = {key}")


def test_a_row_from_an_earlier_date_says_from_where_it_came(world: World) -> None:
    """Its old local date is the first that has changed."""
    _move(world, 1, NOON)

    result = world.load(DAY, DAY, "sales")

    assert result.out[0] == (
        "sales 2025-03-05: 2 rows in the place of 2, a row moved here from 2025-02-17"
    )
    assert world.sold() == [(1, NOON), (2, NOON), (3, "2025-03-20 12:00:00")]
    assert world.last_step("touched_from", "window_from", "rows_written", "rows_deleted") == (
        date(2025, 2, 17),
        date(2025, 3, 5),
        2,
        2,
    )


def test_a_row_from_a_later_date_leaves_no_copy_there(world: World) -> None:
    """The earliest change is then the window itself."""
    _move(world, 3, NOON)

    world.load(DAY, DAY, "sales")

    assert world.sold() == [(1, "2025-02-18 04:59:59"), (2, NOON), (3, NOON)]
    assert world.last_step("touched_from", "rows_deleted") == (date(2025, 3, 5), 2)


def test_rows_from_both_sides_arrive_with_the_rows_that_stayed(world: World) -> None:
    """And loading the window once more finds nothing that moved."""
    _move(world, 1, NOON)
    _move(world, 3, NOON)

    world.load(DAY, DAY, "sales")
    again = world.load(DAY, DAY, "sales")

    assert world.sold() == [(1, NOON), (2, NOON), (3, NOON)]
    assert [row[0] for row in world.steps("touched_from")][-2:] == [
        date(2025, 2, 17),
        date(2025, 3, 5),
    ]
    assert again.out[0] == "sales 2025-03-05: 3 rows in the place of 3"


@pytest.mark.parametrize("dates", [("2025-02-17", DAY), (DAY, "2025-02-17")], ids=["old", "new"])
def test_the_order_in_which_both_dates_are_loaded_does_not_matter(
    world: World, dates: tuple[str, str]
) -> None:
    """Neither order loses the row or leaves it twice."""
    _move(world, 1, NOON)

    for day in dates:
        world.load(day, day, "sales")

    assert world.sold() == [(1, NOON), (2, NOON), (3, "2025-03-20 12:00:00")]


def test_a_row_that_moved_to_another_shard_is_no_duplicate(world: World) -> None:
    """Shards are one feed: where a row lies in it says nothing."""
    world.source.run("DELETE FROM {schema}.t_sale_1 WHERE id = 1")
    world.sell((1, NOON), shard=2)

    world.load(DAY, DAY, "sales")

    assert world.sold() == [(1, NOON), (2, NOON), (3, "2025-03-20 12:00:00")]


def _refused(world: World, tables: str) -> None:
    """Load 5 March, which must name the key and the tables and change nothing."""
    before = world.warehouse.rows("raw_sales", "id", "shop", "amount", "sold_at", "_load_id")

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    message = "feed sales: duplicate key id=2 in " + tables.replace("{schema}", world.source.schema)
    assert (result.code, result.err) == (1, [f"error: {message}"])
    after = world.warehouse.rows("raw_sales", "id", "shop", "amount", "sold_at", "_load_id")
    assert after == before
    assert world.last_step("status", "message", "touched_from") == ("failed", message, None)
    runs = world.warehouse.run(
        "SELECT status, message FROM {schema}.load_runs WHERE status <> 'ok'"
    )
    assert runs == [("failed", "0 feeds done, 0 windows, 0 rows; failed: sales")]


def test_a_key_in_two_shards_is_refused(world: World) -> None:
    """Nothing is written, not even the other changes of the window."""
    world.sell((2, "2025-03-05 18:00:00"), (9, NOON), shard=2)
    world.source.run("UPDATE {schema}.t_sale_1 SET amount = 9")

    _refused(world, "{schema}.t_sale_1 and {schema}.t_sale_2")


def test_a_row_that_is_there_twice_is_refused(world: World) -> None:
    """Even when both are the same to the last byte."""
    world.sell((2, NOON))

    _refused(world, "{schema}.t_sale_1")


def test_a_key_on_two_dates_is_refused_and_no_move(world: World) -> None:
    """The copy on the other date is as true as the new one, so it must not be taken away."""
    world.load("2025-04-01", None, "sales")
    world.source.run("UPDATE {schema}.t_sale_1 SET sold_at = '2025-02-20 12:00:00' WHERE id = 2")
    world.load("2025-02-20", None, "sales")
    world.sell((2, NOON), shard=2)

    _refused(world, "{schema}.t_sale_1 and {schema}.t_sale_2")


def test_a_key_of_two_columns_is_named_whole(world: World) -> None:
    """Value by value, in the order of the configuration."""
    world.source.insert("t_plan", [("US1", DAY, 1), ("US2", DAY, 2), ("US1", DAY, 3)])

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "plans")

    table = f"{world.source.schema}.t_plan"
    assert result.err == [f"error: feed plans: duplicate key shop=US1, day={DAY} in {table}"]
    assert world.raw("plans") == []
