"""Which rows belong to which window: local dates against instants in UTC, cuts, look-backs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from tests.python.loader.support import EACH_ENGINE, FEEDS, World, shared_world

# The clock goes back on the first date, so that it has 25 hours, and forward on the second: 23.
# Instants are seconds before and at the local midnights around it, in UTC.
SHORT_AND_LONG = {
    "2025-11-02": (
        ("2025-11-01", "2025-11-02 03:59:59"),
        ("2025-11-02", "2025-11-02 04:00:00"),
        ("2025-11-02", "2025-11-02 05:30:00"),
        ("2025-11-02", "2025-11-02 06:30:00"),
        ("2025-11-02", "2025-11-03 04:59:59"),
        ("2025-11-03", "2025-11-03 05:00:00"),
    ),
    "2026-03-08": (
        ("2026-03-07", "2026-03-08 04:59:59"),
        ("2026-03-08", "2026-03-08 05:00:00"),
        ("2026-03-08", "2026-03-08 06:59:59"),
        ("2026-03-08", "2026-03-08 07:00:00"),
        ("2026-03-08", "2026-03-09 03:59:59"),
        ("2026-03-09", "2026-03-09 04:00:00"),
    ),
}


@pytest.fixture(scope="module", params=EACH_ENGINE)
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world per pair of engines."""
    with shared_world(request, tmp_path_factory, request.param) as made:
        yield made


@pytest.fixture
def world(shared: World) -> World:
    """Return a world with engines of every kind at either end."""
    shared.reset()
    return shared


@pytest.fixture(scope="module")
def shared_files(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Return a world of DuckDB files."""
    with shared_world(request, tmp_path_factory, "duckdb>duckdb") as made:
        yield made


@pytest.fixture
def small(shared_files: World) -> World:
    """Return an empty world for what no engine has a part in."""
    shared_files.reset()
    return shared_files


@pytest.mark.parametrize("day", SHORT_AND_LONG)
def test_a_date_ends_at_local_midnight_when_the_clock_changes(world: World, day: str) -> None:
    """A window of one date takes the rows between its two midnights and no others."""
    instants = SHORT_AND_LONG[day]
    world.sell(*((number, at) for number, (_, at) in enumerate(instants)))

    world.load(day, day, "sales")

    inside = [(number, at) for number, (of, at) in enumerate(instants) if of == day]
    assert world.sold() == inside
    assert world.last_step("rows_source", "rows_read", "rows_written") == (4, 4, 4)


@pytest.mark.parametrize("day", SHORT_AND_LONG)
def test_neighbouring_windows_share_no_row_and_lose_none(world: World, day: str) -> None:
    """Every instant around a change of the clock lands in exactly one window of one date."""
    instants = SHORT_AND_LONG[day]
    world.use_feeds(FEEDS, window_days=1)
    world.sell(*((number, at) for number, (_, at) in enumerate(instants)))

    world.load(instants[0][0], instants[-1][0], "sales")

    dates = {load_id: str(first) for load_id, first in world.steps("load_id", "window_from")}
    landed = [
        (dates[load_id], str(at))
        for load_id, at in world.warehouse.rows("raw_sales", "_load_id", "sold_at")
    ]
    assert sorted(landed) == sorted(instants)


def test_the_clock_of_the_sources_may_be_another_than_utc(small: World) -> None:
    """Bounds are local midnights in the clock of the source, here 13 and 12 hours ahead."""
    small.use_feeds(FEEDS, clock="Asia/Shanghai")
    small.sell(
        (1, "2026-03-08 12:59:59"),
        (2, "2026-03-08 13:00:00"),
        (3, "2026-03-09 11:59:59"),
        (4, "2026-03-09 12:00:00"),
    )

    small.load("2026-03-08", "2026-03-08", "sales")

    assert small.sold() == [(2, "2026-03-08 13:00:00"), (3, "2026-03-09 11:59:59")]


@pytest.mark.parametrize("day", SHORT_AND_LONG)
def test_a_column_of_local_dates_is_taken_as_it_is(world: World, day: str) -> None:
    """Dates need no conversion: the date itself, and neither of its neighbours."""
    around = [of for of, _ in SHORT_AND_LONG[day]]
    world.source.insert("t_plan", [("US1", of, 1) for of in sorted(set(around))])
    world.source.insert("t_plan", [("US2", day, 2)])

    world.load(day, day, "plans")

    asked = date.fromisoformat(day)
    assert world.raw("plans") == [("US1", asked, 1), ("US2", asked, 2)]


def test_a_range_is_loaded_exactly_and_cut_into_windows_of_seven_days(world: World) -> None:
    """16 days are three steps; the days before and after stay out."""
    world.sell(
        (1, "2025-10-01 03:59:59"),
        (2, "2025-10-01 04:00:00"),
        (3, "2025-10-08 03:59:59"),
        (4, "2025-10-08 04:00:00"),
        (5, "2025-10-17 03:59:59"),
        (6, "2025-10-17 04:00:00"),
    )

    result = world.load("2025-10-01", "2025-10-16", "sales")

    assert result.out == [
        "sales 2025-10-01..2025-10-16: 4 rows in the place of 0 in 3 windows",
        "1 feeds done, 3 windows, 4 rows",
    ]
    assert world.steps("window_from", "window_to", "touched_from", "rows_written") == [
        (date(2025, 10, 1), date(2025, 10, 7), date(2025, 10, 1), 2),
        (date(2025, 10, 8), date(2025, 10, 14), date(2025, 10, 8), 1),
        (date(2025, 10, 15), date(2025, 10, 16), date(2025, 10, 15), 1),
    ]
    assert [key for key, _ in world.sold()] == [2, 3, 4, 5]


def test_a_range_has_no_look_back(small: World) -> None:
    """What changed the day before the range stays as it was loaded."""
    small.sell((1, "2025-10-01 12:00:00"), (2, "2025-10-02 12:00:00"))
    small.load("2025-10-01", "2025-10-02", "sales")
    small.source.run("UPDATE {schema}.t_sale_1 SET amount = 9")

    small.load("2025-10-02", "2025-10-02", "sales")

    amounts = small.warehouse.rows("raw_sales", "id", "amount")
    assert [(key, str(amount)) for key, amount in amounts] == [(1, "1.2500"), (2, "9.0000")]


def test_a_date_is_loaded_with_the_look_back_of_each_feed(small: World) -> None:
    """A feed's own look-back counts before the common one, and long ones are cut too."""
    small.use_feeds({**FEEDS, "plans": {**FEEDS["plans"], "lookback_days": 10}})
    small.source.insert("t_shop", [("US1", "First", None)])
    small.sell(
        (1, "2025-03-02 04:59:59"),
        (2, "2025-03-02 05:00:00"),
        (3, "2025-03-06 04:59:59"),
        (4, "2025-03-06 05:00:00"),
    )
    days = ["2025-02-22", "2025-02-23", "2025-03-05", "2025-03-06"]
    small.source.insert("t_plan", [("US1", day, 1) for day in days])

    small.must("load", "--date", "2025-03-05")

    assert [key for key, _ in small.sold()] == [2, 3]
    assert small.raw("plans") == [
        ("US1", date(2025, 2, 23), 1),
        ("US1", date(2025, 3, 5), 1),
    ]
    assert small.steps("window_from", "window_to") == [(date(2025, 3, 2), date(2025, 3, 5))]
    assert small.steps("window_from", "window_to", feed="plans") == [
        (date(2025, 2, 23), date(2025, 3, 1)),
        (date(2025, 3, 2), date(2025, 3, 5)),
    ]


def test_one_feed_may_be_asked_for(small: World) -> None:
    """The others are neither read nor logged."""
    small.sell((1, "2025-03-05 12:00:00"))
    small.source.insert("t_plan", [("US1", "2025-03-05", 1)])

    small.load("2025-03-05", None, "plans")

    assert small.sold() == []
    assert small.warehouse.rows("load_steps", "feed") == [("plans",)]
