"""What `load` brings into the warehouse, row by row, on four pairs of engines."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from loader.feeds import read_catalog
from loader.windows import Calendar
from tests.python.loader.conftest import World

DAY = "2025-03-05"


def test_a_window_holds_the_local_date_and_nothing_else(world: World) -> None:
    # New York is five hours behind UTC: the date begins and ends at 05:00.
    world.sell((1, "2025-03-05 04:59:59"), (2, "2025-03-05 05:00:00"))
    world.sell((3, "2025-03-06 04:59:59"), (4, "2025-03-06 05:00:00"), shard=2)

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert result.out[0] == "sales 2025-03-05: 2 rows in the place of 0"
    assert result.out[-1] == "1 feeds done, 1 windows, 2 rows"
    assert (result.code, result.err) == (0, [])
    assert world.sold() == [(2, "2025-03-05 05:00:00"), (3, "2025-03-06 04:59:59")]
    assert world.last_step(
        "status", "rows_source", "rows_read", "rows_written", "rows_deleted", "rows_undated"
    ) == ("ok", 2, 2, 2, 0, 0)
    assert world.last_step("window_from", "window_to", "touched_from") == (
        date(2025, 3, 5),
        date(2025, 3, 5),
        date(2025, 3, 5),
    )


@pytest.mark.parametrize(
    ("day", "first", "after"),
    [
        ("2025-03-09", "2025-03-09 05:00:00", "2025-03-10 04:00:00"),
        ("2025-11-02", "2025-11-02 04:00:00", "2025-11-03 05:00:00"),
    ],
    ids=["23 hours", "25 hours"],
)
def test_days_on_which_the_clock_changes(world: World, day: str, first: str, after: str) -> None:
    before = {"2025-03-09": "2025-03-09 04:59:59", "2025-11-02": "2025-11-02 03:59:59"}[day]
    last = {"2025-03-09": "2025-03-10 03:59:59", "2025-11-02": "2025-11-03 04:59:59"}[day]
    world.sell((1, before), (2, first), (3, last), (4, after))

    assert world.run("load", "--from", day, "--to", day, "--feed", "sales").code == 0

    assert world.sold() == [(2, first), (3, last)]


def test_a_date_column_is_the_business_date_itself(world: World) -> None:
    world.source.run(
        "INSERT INTO {schema}.t_plan VALUES ('US1', '2025-03-05', 2), ('US2', "
        "'2025-03-05', 3), ('US1', '2025-03-06', 4)"
    )

    assert world.run("load", "--from", DAY, "--to", DAY, "--feed", "plans").code == 0

    rows = world.warehouse.run("SELECT shop, qty FROM raw_plans ORDER BY shop")
    assert [(shop, float(qty)) for shop, qty in rows] == [("US1", 2), ("US2", 3)]


def test_loading_twice_changes_nothing(world: World) -> None:
    world.sell((1, "2025-03-05 12:00:00"), (2, "2025-03-06 12:00:00"))
    arguments = ("load", "--from", "2025-03-01", "--to", "2025-03-14")
    assert world.run(*arguments).code == 0
    once = world.sold()

    again = world.run(*arguments)

    assert again.code == 0
    assert world.sold() == once
    assert "sales 2025-03-01..2025-03-07: 2 rows in the place of 2" in again.out
    assert "sales 2025-03-08..2025-03-14: 0 rows in the place of 0" in again.out


def test_corrected_and_deleted_rows_are_replaced_within_the_window(world: World) -> None:
    world.sell((1, "2025-03-05 12:00:00"), (2, "2025-03-05 13:00:00"), (3, "2025-03-01 13:00:00"))
    world.run("load", "--date", DAY, "--feed", "sales")
    world.source.run(
        "UPDATE {schema}.t_sale_1 SET amount = 99 WHERE id IN (1, 3)",
        "DELETE FROM {schema}.t_sale_1 WHERE id = 2",
    )
    world.run("load", "--from", "2025-03-01", "--to", "2025-03-01", "--feed", "sales")

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert result.out[0] == "sales 2025-03-05: 1 rows in the place of 2"
    rows = world.warehouse.run("SELECT id, amount FROM raw_sales ORDER BY id")
    assert [(key, float(amount)) for key, amount in rows] == [(1, 99), (3, 99)]


def test_a_date_is_loaded_with_its_lookback(world: World) -> None:
    world.sell((1, "2025-03-01 12:00:00"), (2, "2025-03-02 12:00:00"), (3, "2025-03-05 12:00:00"))

    result = world.run("load", "--date", DAY)

    assert result.out[0] == "sales 2025-03-02..2025-03-05: 2 rows in the place of 0"
    assert [key for key, _ in world.sold()] == [2, 3]


def test_without_a_date_yesterday_is_loaded(world: World) -> None:
    yesterday = Calendar(read_catalog(world.feeds_file)).today() - timedelta(days=1)

    result = world.run("load", "--feed", "sales")

    first = yesterday - timedelta(days=3)
    assert result.out[0] == f"sales {first}..{yesterday}: 0 rows in the place of 0"


def test_rows_without_a_date_are_counted_and_not_copied(world: World) -> None:
    world.sell((1, "2025-03-05 12:00:00"), (2, "NULL"))
    world.sell((3, "NULL"), shard=2)

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert result.out[0] == (
        "sales 2025-03-05: 1 rows in the place of 0, 2 rows of the source have no date"
    )
    assert world.last_step("rows_undated", "rows_source") == (2, 1)
    assert [key for key, _ in world.sold()] == [1]


def test_a_snapshot_feed_is_replaced_whole(world: World) -> None:
    world.run("load", "--feed", "shops")
    world.source.run(
        "DELETE FROM {schema}.t_shop WHERE shop_no = 'US1'",
        "INSERT INTO {schema}.t_shop VALUES ('US2', NULL, NULL), ('US3', '', '2025-02-03')",
    )

    result = world.run("load", "--feed", "shops")

    assert result.out[0] == "shops: 2 rows in the place of 1"
    assert world.warehouse.run(
        "SELECT shop_no, name, open_date FROM raw_shops ORDER BY shop_no"
    ) == [("US2", None, None), ("US3", "", date(2025, 2, 3))]
    assert world.last_step("window_from", "window_to", "touched_from", feed="shops") == (
        None,
        None,
        None,
    )


def test_a_row_that_moved_replaces_the_old_one_and_says_from_where(world: World) -> None:
    world.sell((1, "2025-02-20 12:00:00"), (2, "2025-02-18 12:00:00"), (3, "2025-03-05 12:00:00"))
    assert world.run("load", "--from", "2025-02-15", "--to", "2025-02-20").code == 0
    world.source.run(
        "UPDATE {schema}.t_sale_1 SET sold_at = '2025-03-05 12:00:00', amount = 7 "
        "WHERE id IN (1, 2)"
    )

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert (result.code, result.out[0]) == (
        0,
        "sales 2025-03-05: 3 rows in the place of 2, a row moved here from 2025-02-18",
    )
    assert world.sold() == [(key, "2025-03-05 12:00:00") for key in (1, 2, 3)]
    assert world.last_step("touched_from", "rows_deleted") == (date(2025, 2, 18), 2)


@pytest.mark.parametrize("shard", [1, 2], ids=["one table", "two shards"])
def test_the_same_key_twice_is_an_error_and_nothing_is_written(world: World, shard: int) -> None:
    world.sell((5, "2025-03-05 12:00:00"), (6, "2025-03-05 12:00:00"))
    world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")
    # In one table even the same row, which a server may take for no change at all.
    world.sell((5, "2025-03-05 12:00:00"), shard=shard)
    world.source.run("UPDATE {schema}.t_sale_1 SET amount = 9 WHERE id = 6")

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    schema = world.source.schema
    where = {1: f"{schema}.t_sale_1", 2: f"{schema}.t_sale_1 and {schema}.t_sale_2"}[shard]
    message = f"feed sales: duplicate key id=5 in {where}"
    assert (result.code, result.err) == (1, [f"error: {message}"])
    amounts = world.warehouse.run("SELECT id, amount FROM raw_sales ORDER BY id")
    assert [(key, float(amount)) for key, amount in amounts] == [(5, 5.25), (6, 6.25)]
    assert world.last_step("status", "message", "rows_source") == ("failed", message, 3)


def test_a_key_on_two_dates_is_a_duplicate_and_no_move(world: World) -> None:
    world.sell((5, "2025-02-20 12:00:00"))
    world.run("load", "--from", "2025-02-20", "--to", "2025-02-20", "--feed", "sales")
    world.sell((5, "2025-03-05 12:00:00"), shard=2)

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    schema = world.source.schema
    assert result.err == [
        f"error: feed sales: duplicate key id=5 in {schema}.t_sale_1 and {schema}.t_sale_2"
    ]
    assert world.sold() == [(5, "2025-02-20 12:00:00")]


def test_a_key_of_two_columns_is_named_whole(world: World) -> None:
    world.source.run(
        "INSERT INTO {schema}.t_plan VALUES ('US1', '2025-03-05', 2), ('US1', '2025-03-05', 3)"
    )

    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "plans")

    assert result.err == [
        f"error: feed plans: duplicate key shop=US1, day=2025-03-05 in {world.source.schema}.t_plan"
    ]


def test_an_empty_source_table_fails_and_keeps_the_old_copy(world: World) -> None:
    world.sell((1, "2025-03-05 12:00:00"))
    world.run("load", "--from", DAY, "--to", DAY)
    world.source.run(
        "DELETE FROM {schema}.t_sale_1",
        "DELETE FROM {schema}.t_sale_2",
        "DELETE FROM {schema}.t_shop",
    )

    result = world.run("load", "--from", DAY, "--to", DAY)

    schema = world.source.schema
    assert result.code == 3
    assert result.err == [
        f"error: feed sales: source table {schema}.t_sale_1 to t_sale_2 is empty; "
        "the warehouse keeps what it has",
        f"error: feed shops: source table {schema}.t_shop is empty; "
        "the warehouse keeps what it has",
    ]
    assert [key for key, _ in world.sold()] == [1]
    assert world.warehouse.run("SELECT count(*) FROM raw_shops") == [(1,)]


def test_a_quiet_window_of_a_table_with_rows_is_fine(world: World) -> None:
    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert (result.code, result.out[0]) == (0, "sales 2025-03-05: 0 rows in the place of 0")


def test_every_step_and_run_is_logged(world: World) -> None:
    world.sell((1, "2025-03-05 12:00:00"))
    world.run("load", "--from", DAY, "--to", DAY)

    runs = world.warehouse.run("SELECT verb, status, message, request FROM load_runs")
    assert runs == [
        ("load", "ok", "3 feeds done, 3 windows, 2 rows", f"from {DAY} to {DAY}: all feeds")
    ]
    steps = world.warehouse.run("SELECT load_id, feed, status FROM load_steps ORDER BY load_id")
    assert steps == [(1, "sales", "ok"), (2, "plans", "ok"), (3, "shops", "ok")]
    stamps = world.warehouse.run(
        "SELECT _load_id, _loaded_at = finished_at OR _loaded_at < finished_at "
        "FROM raw_sales JOIN load_steps ON load_id = _load_id"
    )
    assert [(number, bool(in_time)) for number, in_time in stamps] == [(1, True)]
