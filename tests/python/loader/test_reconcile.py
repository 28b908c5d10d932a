"""What `reconcile` finds, loads again, and leaves alone."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from loader.reconcile import merge
from loader.windows import Window
from tests.python.loader.support import MakeSchema, Row, World, new_world

ALL_FEEDS = "loaded again: 3 feeds done"


ONE_PAIR = pytest.mark.parametrize("world", ["mariadb>duckdb"], indirect=True)


@pytest.fixture(params=["mariadb>mariadb", "mysql>mariadb", "mariadb>duckdb", "duckdb>duckdb"])
def world(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema, today: date
) -> World:
    """Return a world with three sales on each of four days, all of it loaded."""
    made = new_world(request, tmp_path, make_schema, request.param)
    for index, days_ago in enumerate((10, 11, 20, 30)):
        day = _ago(today, days_ago)
        made.sell(*((index * 10 + number, f"{day} 17:00:00") for number in (1, 2, 3)))
    made.source.insert("t_plan", [("US1", _ago(today, 5), "2.5"), ("US1", _ago(today, 6), "3")])
    made.source.insert("t_shop", [("US1", "First", "2025-01-01")])
    made.load(str(_ago(today, 40)), str(_ago(today, 1)))
    return made


def _ago(today: date, days: int) -> date:
    return today - timedelta(days=days)


def _stamps(world: World, feed: str, key: str) -> dict[object, object]:
    """Which step wrote each row."""
    return dict(world.warehouse.run(f"SELECT {key}, _load_id FROM raw_{feed}"))


def _again(world: World) -> list[Row]:
    """Feed and dates of what reconcile has loaded."""
    return [
        (feed, first and str(first), last and str(last))
        for feed, first, last in world.warehouse.run(
            "SELECT feed, window_from, window_to FROM load_steps JOIN load_runs "
            "ON load_runs.run_id = load_steps.run_id WHERE verb = 'reconcile' ORDER BY load_id"
        )
    ]


@pytest.mark.parametrize("world", ["mysql>mariadb", "duckdb>duckdb"], indirect=True)
def test_nothing_is_loaded_again_where_nothing_differs(world: World) -> None:
    """No row and no step is written."""
    before = _stamps(world, "sales", "id"), _stamps(world, "plans", "day")

    assert world.must("reconcile").out == [
        "sales: no difference",
        "plans: no difference",
        "shops: no difference",
        f"{ALL_FEEDS}, 0 windows, 0 rows",
    ]
    assert (_stamps(world, "sales", "id"), _stamps(world, "plans", "day")) == before
    assert _again(world) == []


def test_changed_deleted_and_late_rows_are_found(world: World, today: date) -> None:
    """Just their days are loaded again, neighbours together; other days and feeds are not."""
    world.source.run(
        "UPDATE {schema}.t_sale_1 SET amount = 0.5 WHERE id = 2",
        "DELETE FROM {schema}.t_sale_1 WHERE id = 12",
    )
    changed, deleted, late = (_ago(today, days) for days in (10, 11, 20))
    world.sell((99, f"{late} 17:00:00"), shard=2)
    before = _stamps(world, "sales", "id"), _stamps(world, "plans", "day")

    assert world.must("reconcile").out == [
        f"sales {late} differs: rows 4 at the source, 3 here; "
        "sum of id 165 at the source, 66 here; sum of amount 5.0000 at the source, 3.7500 here",
        f"sales {deleted} differs: rows 2 at the source, 3 here; "
        "sum of id 24 at the source, 36 here; sum of amount 2.5000 at the source, 3.7500 here",
        f"sales {changed} differs: sum of amount 3.0000 at the source, 3.7500 here",
        f"sales {late}..{changed}: 9 rows in the place of 9 in 2 windows",
        "plans: no difference",
        "shops: no difference",
        f"{ALL_FEEDS}, 2 windows, 9 rows",
    ]

    assert [key for key, _ in world.sold()] == [1, 2, 3, 11, 13, 21, 22, 23, 31, 32, 33, 99]
    amounts = {key: str(amount) for key, _, amount, _ in world.raw("sales")}
    assert {key: amount for key, amount in amounts.items() if amount != "1.2500"} == {2: "0.5000"}
    assert _again(world) == [
        ("sales", str(late), str(late)),
        ("sales", str(deleted), str(changed)),
    ]
    sales = _stamps(world, "sales", "id")
    assert {key for key in before[0] if sales.get(key) == before[0][key]} == {31, 32, 33}
    assert _stamps(world, "plans", "day") == before[1]
    assert world.must("reconcile").out[-1] == f"{ALL_FEEDS}, 0 windows, 0 rows"


@ONE_PAIR
def test_a_changed_snapshot_is_found(world: World) -> None:
    """It is copied whole, and nothing else is."""
    world.source.insert("t_shop", [("US9", "Ninth", None)])

    assert world.must("reconcile").out == [
        "sales: no difference",
        "plans: no difference",
        "shops differs: rows 2 at the source, 1 here",
        "shops: 2 rows in the place of 1",
        f"{ALL_FEEDS}, 1 windows, 2 rows",
    ]
    assert _again(world) == [("shops", None, None)]
    assert [row[0] for row in world.raw("shops")] == ["US1", "US9"]


@ONE_PAIR
def test_local_dates_are_compared_as_they_are(world: World, today: date) -> None:
    """A feed whose column is a business date has no clock to convert."""
    day = _ago(today, 5)
    world.source.run("UPDATE {schema}.t_plan SET qty = 4 WHERE qty = 2.5")

    assert world.must("reconcile", "--feed", "plans").out == [
        f"plans {day} differs: sum of qty 4.0000 at the source, 2.5000 here",
        f"plans {day}: 1 rows in the place of 1",
        "loaded again: 1 feeds done, 1 windows, 1 rows",
    ]


@ONE_PAIR
def test_a_day_that_has_gone_from_the_source(world: World, today: date) -> None:
    """Its rows go from the warehouse too, while other days hold the table up."""
    day = _ago(today, 20)
    world.source.run("DELETE FROM {schema}.t_sale_1 WHERE id BETWEEN 21 AND 23")

    result = world.must("reconcile", "--feed", "sales")

    assert result.out[1] == f"sales {day}: 0 rows in the place of 3"
    assert {key for key, _ in world.sold()}.isdisjoint({21, 22, 23})


@ONE_PAIR
def test_days_beyond_the_asked_ones_are_left_alone(world: World) -> None:
    """The last 35 days by default."""
    world.source.run("DELETE FROM {schema}.t_sale_1 WHERE id IN (22, 32)")

    assert world.must("reconcile", "--days", "19").out[0] == "sales: no difference"
    assert world.must("reconcile", "--days", "20", "--feed", "sales").out[-1] == (
        "loaded again: 1 feeds done, 1 windows, 2 rows"
    )
    assert world.must("reconcile").out[-1] == f"{ALL_FEEDS}, 1 windows, 2 rows"


@pytest.mark.parametrize(
    ("world", "change"),
    [
        ("mysql>mariadb", "shop = 'US8'"),
        ("mysql>mariadb", "sold_at = sold_at + INTERVAL 1 SECOND"),
        ("mariadb>mariadb", "shop = NULL"),
        ("mariadb>mariadb", "shop = 'us1'"),
    ],
    indirect=["world"],
)
def test_between_servers_a_checksum_covers_every_column(
    world: World, today: date, change: str
) -> None:
    """Counts and sums are the same and yet a value is another one."""
    day = _ago(today, 10)
    world.source.run(f"UPDATE {{schema}}.t_sale_1 SET {change} WHERE id = 2")

    assert world.must("reconcile", "--feed", "sales").out[:2] == [
        f"sales {day} differs: same counts and sums, another value changed",
        f"sales {day}: 3 rows in the place of 3",
    ]
    assert world.must("reconcile", "--feed", "sales").out[0] == "sales: no difference"


@pytest.mark.parametrize("world", ["duckdb>duckdb"], indirect=True)
def test_a_feed_that_cannot_be_compared(world: World) -> None:
    """It fails and is named; the others are compared and loaded."""
    world.source.run("ALTER TABLE {schema}.t_plan DROP COLUMN qty")
    world.source.insert("t_shop", [("US9", "Ninth", None)])

    result = world.run("reconcile")

    assert (result.code, result.err) == (
        3,
        ["error: feed plans: column qty is missing in src.t_plan"],
    )
    assert result.out[-1] == ("loaded again: 2 feeds done, 1 windows, 2 rows; failed: plans")


def test_neighbouring_days_are_loaded_together() -> None:
    """In windows of at most the longest length."""
    first = date(2025, 3, 1)
    days = [first + timedelta(days=offset) for offset in (0, 1, 2, 3, 6, 7)]

    assert merge(reversed(days), 3) == [
        Window(first, date(2025, 3, 3)),
        Window(date(2025, 3, 4), date(2025, 3, 4)),
        Window(date(2025, 3, 7), date(2025, 3, 8)),
    ]
