"""Loading again: the same rows change nothing, other rows take the place of the old ones."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest

from tests.python.loader.support import EACH_ENGINE, World, shared_world

DAY = "2025-03-05"
FEEDS_AND_KEYS = {"sales": "id", "plans": "shop, day", "shops": "shop_no"}


@pytest.fixture(scope="module", params=EACH_ENGINE)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world per pair of engines."""
    with shared_world(request, tmp_path_factory, request.param) as made:
        yield made


@pytest.fixture
def world(shared: World) -> World:
    """Return a world with rows of two windows in every feed."""
    shared.reset()
    shared.sell((1, "2025-03-05 12:00:00"), (2, "2025-03-05 23:00:00"), (3, "2025-03-12 12:00:00"))
    shared.sell((4, "2025-03-05 13:00:00"), shard=2, amount="-0.0001")
    shared.source.insert("t_plan", [("US1", "2025-03-05", "1.5"), ("US1", "2025-03-12", None)])
    shared.source.insert("t_shop", [("US1", "First", "2025-01-01"), ("US2", "", None)])
    return shared


def test_loading_twice_changes_nothing_but_the_stamps(world: World) -> None:
    """Every column of every feed stays; each row is stamped with the step that wrote it."""
    world.load("2025-03-01", "2025-03-14")
    once = {feed: world.raw(feed) for feed in FEEDS_AND_KEYS}

    result = world.load("2025-03-01", "2025-03-14")

    assert {feed: world.raw(feed) for feed in FEEDS_AND_KEYS} == once
    assert [len(rows) for rows in once.values()] == [4, 2, 2]
    assert world.steps("rows_written", "rows_deleted") == [(3, 0), (1, 0), (3, 3), (1, 1)]
    assert world.steps("rows_written", "rows_deleted", feed="plans") == [
        (1, 0),
        (1, 0),
        (1, 1),
        (1, 1),
    ]
    assert result.out == [
        "sales 2025-03-01..2025-03-14: 4 rows in the place of 4 in 2 windows",
        "plans 2025-03-01..2025-03-14: 2 rows in the place of 2 in 2 windows",
        "shops: 2 rows in the place of 2",
        "3 feeds done, 5 windows, 8 rows",
    ]
    assert world.warehouse.rows("raw_sales", "_load_id", "id") == [(6, 1), (6, 2), (6, 4), (7, 3)]
    assert world.warehouse.rows("raw_shops", "_load_id", "shop_no") == [(10, "US1"), (10, "US2")]


def test_corrected_deleted_and_late_rows_arrive(world: World) -> None:
    """The window is again what the source says; the window beside it is not touched."""
    world.load("2025-03-01", "2025-03-14")
    world.source.run(
        "UPDATE {schema}.t_sale_1 SET amount = 99, shop = NULL WHERE id IN (1, 3)",
        "DELETE FROM {schema}.t_sale_1 WHERE id = 2",
    )
    world.sell((5, "2025-03-05 14:00:00"), shard=2)

    result = world.load(DAY, DAY, "sales")

    assert result.out[0] == "sales 2025-03-05: 3 rows in the place of 3"
    assert world.warehouse.rows("raw_sales", "id", "shop", "amount") == [
        (1, None, Decimal(99)),
        (3, "US1", Decimal("1.25")),
        (4, "US1", Decimal("-0.0001")),
        (5, "US1", Decimal("1.25")),
    ]
    assert world.last_step(
        "window_from", "window_to", "touched_from", "rows_source", "rows_written", "rows_deleted"
    ) == (date(2025, 3, 5), date(2025, 3, 5), date(2025, 3, 5), 3, 3, 3)


def test_a_window_may_become_empty(world: World) -> None:
    """Deleting the last row of a date deletes it here too, as long as the table has others."""
    world.load("2025-03-01", "2025-03-14")
    world.source.run("DELETE FROM {schema}.t_sale_1 WHERE sold_at > '2025-03-10'")

    result = world.load("2025-03-12", None, "sales")

    assert result.out[0] == "sales 2025-03-12: 0 rows in the place of 1"
    assert [key for key, _ in world.sold()] == [1, 2, 4]


def test_rows_without_a_date_are_counted_and_not_copied(world: World) -> None:
    """Those of all shards count, in whatever window is loaded."""
    world.sell((5, None))
    world.sell((6, None), (7, None), shard=2)

    result = world.load(DAY, DAY, "sales")

    assert result.out[0] == (
        "sales 2025-03-05: 3 rows in the place of 0, 3 rows of the source have no date"
    )
    assert world.last_step("rows_undated", "rows_source", "rows_written") == (3, 3, 3)
    assert [key for key, _ in world.sold()] == [1, 2, 4]


def test_a_row_that_lost_its_date_goes_away(world: World) -> None:
    """An order that is no longer paid belongs to no date any more."""
    world.load(DAY, DAY, "sales")
    world.source.run("UPDATE {schema}.t_sale_1 SET sold_at = NULL WHERE id = 1")

    world.load(DAY, DAY, "sales")

    assert [key for key, _ in world.sold()] == [2, 4]
    assert world.last_step("rows_undated", "rows_deleted") == (1, 3)


def test_every_run_and_every_step_is_logged(world: World) -> None:
    """Who ran, what was asked, what came of it, and the counts of every window."""
    world.sell((5, None))
    world.load("2025-03-01", "2025-03-14")

    runs = world.warehouse.rows(
        "load_runs", "run_id", "verb", "status", "host", "pid", "message", "request"
    )
    run_id = runs[0][0]
    assert runs == [
        (
            run_id,
            "load",
            "ok",
            socket.gethostname(),
            os.getpid(),
            "3 feeds done, 5 windows, 8 rows",
            "from 2025-03-01 to 2025-03-14: all feeds",
        )
    ]
    steps = world.warehouse.rows(
        "load_steps",
        "load_id",
        "run_id",
        "feed",
        "window_from",
        "window_to",
        "status",
        "rows_source",
        "rows_read",
        "rows_written",
        "rows_deleted",
        "rows_undated",
        "message",
    )
    one = (date(2025, 3, 1), date(2025, 3, 7))
    two = (date(2025, 3, 8), date(2025, 3, 14))
    assert steps == [
        (1, run_id, "sales", *one, "ok", 3, 3, 3, 0, 1, ""),
        (2, run_id, "sales", *two, "ok", 1, 1, 1, 0, 1, ""),
        (3, run_id, "plans", *one, "ok", 1, 1, 1, 0, 0, ""),
        (4, run_id, "plans", *two, "ok", 1, 1, 1, 0, 0, ""),
        (5, run_id, "shops", None, None, "ok", 2, 2, 2, 0, 0, ""),
    ]


def test_instants_of_the_log_are_in_order(world: World) -> None:
    """A snapshot is read after its step began, and rows are stamped before the step ends."""
    world.load("2025-03-01", "2025-03-14")

    assert world.warehouse.run(
        "SELECT COUNT(*) FROM {schema}.load_steps JOIN {schema}.load_runs "
        "ON load_runs.run_id = load_steps.run_id WHERE load_runs.started_at <= "
        "load_steps.started_at AND load_steps.started_at <= load_steps.finished_at "
        "AND read_at <= load_steps.finished_at AND load_steps.finished_at <= load_runs.finished_at"
    ) == [(5,)]
    for feed, rows in (("sales", 4), ("plans", 2), ("shops", 2)):
        assert world.warehouse.run(
            f"SELECT COUNT(*) FROM {{schema}}.raw_{feed} JOIN {{schema}}.load_steps "
            f"ON load_id = _load_id WHERE feed = '{feed}' AND status = 'ok' "
            "AND _loaded_at BETWEEN started_at AND finished_at"
        ) == [(rows,)]
