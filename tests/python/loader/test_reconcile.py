"""What `reconcile` finds and repairs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from loader.reconcile import merge
from loader.windows import Window
from tests.python.loader.conftest import World


def _recent(days_ago: int) -> date:
    return date.today() - timedelta(days=days_ago)


@pytest.fixture
def loaded(world: World) -> World:
    """A world with three sales on each of three days, all of them loaded."""
    for index, days_ago in enumerate((10, 11, 20)):
        day = _recent(days_ago)
        world.sell(*((index * 10 + number, f"{day} 16:00:00") for number in (1, 2, 3)))
    arguments = ("--from", str(_recent(40)), "--to", str(_recent(1)))
    assert world.run("load", *arguments).code == 0
    return world


def test_nothing_is_loaded_again_where_nothing_differs(loaded: World) -> None:
    result = loaded.run("reconcile")

    assert (result.code, result.err) == (0, [])
    assert result.out == [
        "sales: no difference",
        "plans: no difference",
        "shops: no difference",
        "loaded again: 3 feeds done, 0 windows, 0 rows",
    ]


def test_a_changed_amount_a_deleted_and_a_late_row_are_found(loaded: World) -> None:
    loaded.source.run(
        "UPDATE {schema}.t_sale_1 SET amount = amount - 1 WHERE id = 2",
        "DELETE FROM {schema}.t_sale_1 WHERE id = 12",
    )
    loaded.sell((99, f"{_recent(20)} 16:00:00"), shard=2)

    result = loaded.run("reconcile", "--feed", "sales")

    assert result.code == 0
    changed, deleted, late = (_recent(days_ago) for days_ago in (10, 11, 20))
    assert result.out[0].startswith(f"sales {late} differs: rows 4 at the source, 3 here; sum of")
    assert result.out[1].startswith(
        f"sales {deleted} differs: rows 2 at the source, 3 here; sum of id 24 at the source, 36"
    )
    assert result.out[2] == (
        f"sales {changed} differs: sum of amount 5.7500 at the source, 6.7500 here"
    )
    assert result.out[3:] == [
        f"sales {late}: 4 rows in the place of 3",
        f"sales {deleted}..{changed}: 5 rows in the place of 6",
        "loaded again: 1 feeds done, 2 windows, 9 rows",
    ]
    rows = loaded.warehouse.run("SELECT id, amount FROM raw_sales ORDER BY id")
    assert [(key, float(amount)) for key, amount in rows] == [
        (1, 1.25),
        (2, 1.25),
        (3, 3.25),
        (11, 11.25),
        (13, 13.25),
        (21, 21.25),
        (22, 22.25),
        (23, 23.25),
        (99, 99.25),
    ]
    assert loaded.run("reconcile", "--feed", "sales").out[0] == "sales: no difference"


def test_days_beyond_the_asked_ones_are_left_alone(loaded: World) -> None:
    loaded.source.run("DELETE FROM {schema}.t_sale_1 WHERE id = 22")

    result = loaded.run("reconcile", "--days", "15", "--feed", "sales")

    assert result.out[0] == "sales: no difference"


def test_a_changed_snapshot_is_found(loaded: World) -> None:
    loaded.source.run("INSERT INTO {schema}.t_shop VALUES ('US9', 'Ninth', NULL)")

    result = loaded.run("reconcile", "--feed", "shops")

    assert result.out[:2] == [
        "shops differs: rows 2 at the source, 1 here",
        "shops: 2 rows in the place of 1",
    ]


@pytest.mark.parametrize("change", ["note = 'other'", "shop = 'US8'", "note = NULL"])
def test_between_servers_a_checksum_covers_every_column(maria: World, change: str) -> None:
    day = _recent(10)
    maria.sell((1, f"{day} 16:00:00"), (2, f"{day} 16:00:00"))
    maria.run("load", "--from", str(day), "--to", str(day))
    maria.source.run(f"UPDATE {{schema}}.t_sale_1 SET {change} WHERE id = 2")

    result = maria.run("reconcile", "--feed", "sales")

    assert result.out[:2] == [
        f"sales {day} differs: same counts and sums, another value changed",
        f"sales {day}: 2 rows in the place of 2",
    ]
    assert maria.run("reconcile", "--feed", "sales").out[0] == "sales: no difference"


def test_neighbouring_days_are_loaded_together() -> None:
    first = date(2025, 3, 1)
    days = [first + timedelta(days=offset) for offset in (0, 1, 2, 3, 6, 7)]

    assert merge(reversed(days), 3) == [
        Window(first, date(2025, 3, 3)),
        Window(date(2025, 3, 4), date(2025, 3, 4)),
        Window(date(2025, 3, 7), date(2025, 3, 8)),
    ]
