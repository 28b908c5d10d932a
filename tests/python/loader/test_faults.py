"""Killed processes, killed connections and unreachable servers: nothing half-written, none lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.python.loader.gate import Gate, closed_gate, kill_hard, wait_until
from tests.python.loader.support import MakeSchema, Row, World, new_world

FIRST = date(2025, 1, 1)
DAYS = 42
LAST = FIRST + timedelta(days=DAYS - 1)
BACKFILL = ("load", "--from", str(FIRST), "--to", str(LAST), "--feed", "sales")
DAY = "2025-03-05"
NOON = f"{DAY} 17:00:00"
ONE_DAY = ("load", "--from", DAY, "--to", DAY, "--feed", "sales")


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world without rows."""
    return new_world(request, tmp_path, make_schema, request.param)


def _sell_every_day(world: World) -> None:
    for shard, amount in ((1, "1.5"), (2, "2.25")):
        values = ", ".join(
            f"({2 * index + shard}, 'US{shard}', {amount}, "
            f"'{FIRST + timedelta(days=index)} 17:00:00')"
            for index in range(DAYS)
        )
        world.source.run(f"INSERT INTO {{schema}}.t_sale_{shard} VALUES {values}")


def _undisturbed(world: World, directory: Path) -> list[Row]:
    """What one load without any disturbance brings into a warehouse of its own."""
    other = World(world.source, world.warehouse, world.feeds_file, dict(world.environment))
    path = directory / "undisturbed.duckdb"
    other.environment |= {"STOREWATCH_TARGET": "duckdb", "STOREWATCH_DUCKDB_PATH": str(path)}
    other.must("setup")
    other.must(*BACKFILL)
    other.warehouse = type(world.warehouse)("duckdb", "main", path=path)
    other.feeds = world.feeds
    return other.raw("sales")


def _whole_windows(world: World, days: int) -> bool:
    """Whether the raw rows are those of the logged windows, each complete."""
    done = world.steps("window_from", "window_to", "rows_written", "status")
    wanted = [
        str(first + timedelta(days=index))
        for first, _, _, _ in done
        for index in range(days)
        for _ in range(2)
    ]
    there = [instant[:10] for _, instant in world.sold()]
    return {status for *_, status in done} <= {"ok"} and sorted(there) == sorted(wanted)


@pytest.mark.parametrize(
    ("world", "windows"),
    [("mariadb>mariadb", 3), ("mariadb>mariadb", 17), ("mariadb>duckdb", 9)],
    indirect=["world"],
)
def test_a_backfill_killed_at_any_moment_goes_on(
    world: World, tmp_path: Path, windows: int
) -> None:
    """SIGKILL at a random point after some windows; the same command does the rest."""
    world.use_feeds({name: world.feeds[name] for name in ("sales",)}, window_days=1)
    _sell_every_day(world)
    # However late the kill, the process stands in the last window and has not ended.
    with closed_gate(world, 2 * DAYS - 1):
        process = world.start(*BACKFILL, "--verbose")
        if world.warehouse.server:
            wait_until(lambda: len(world.steps("load_id")) >= windows)
        else:
            # The file belongs to the process: what it prints says how far it is.
            assert process.stdout is not None
            for _ in range(windows):
                process.stdout.readline()
        kill_hard(world, process)
    done = len(world.steps("load_id"))
    assert windows <= done < DAYS
    assert _whole_windows(world, 1)

    result = world.must(*BACKFILL)

    assert result.out[0] == (
        f"sales: {done} windows were loaded before this backfill was interrupted "
        "and are skipped (--again loads them too)"
    )
    assert result.out[-1] == (f"1 feeds done, {DAYS - done} windows, {2 * (DAYS - done)} rows")
    assert len(world.steps("load_id")) == DAYS
    assert world.raw("sales") == _undisturbed(world, tmp_path)


@pytest.mark.parametrize(
    "world", ["mariadb>mariadb", "mysql>mysql", "mariadb>duckdb"], indirect=True
)
def test_a_backfill_killed_inside_a_window_leaves_the_old_rows(
    world: World, tmp_path: Path
) -> None:
    """The window that was under way is as it was before; the next run loads it again."""
    _sell_every_day(world)
    world.must(*BACKFILL)
    world.source.run("UPDATE {schema}.t_sale_1 SET amount = amount + 1")
    before = world.raw("sales")
    # In the third window, and not its first row.
    with closed_gate(world, 2 * 17 + 1) as gate:
        process = world.start(*BACKFILL)
        gate.connection(process)
        kill_hard(world, process)
    key = [row[0] for row in world.raw("sales")].index(2 * 14 + 1)
    assert world.raw("sales")[key:] == before[key:]
    assert {row[2] for row in world.raw("sales")[:key]}.isdisjoint({before[0][2]})

    result = world.must(*BACKFILL)

    assert result.out[0].startswith("sales: 2 windows were loaded before")
    assert result.out[1] == (
        f"sales {FIRST + timedelta(days=14)}..{LAST}: 56 rows in the place of 56 in 4 windows"
    )
    assert world.raw("sales") == _undisturbed(world, tmp_path)


def _kill_warehouse(gate: Gate) -> None:
    """Kill the connection to the warehouse while it waits for rows."""
    gate.world.warehouse.run(f"KILL {gate.warehouse_connection()}")


def _kill_source(gate: Gate) -> None:
    """Kill the connection that reads."""
    gate.world.source.run(f"KILL {gate.connection()}")


def _kill_query(gate: Gate) -> None:
    """Kill the statement that reads and leave its connection alone."""
    gate.world.source.run(f"KILL QUERY {gate.connection()}")


@pytest.fixture
def changed(world: World) -> World:
    """A world whose loaded rows have changed at the source."""
    world.sell((1, NOON), (2, NOON), (3, NOON))
    world.must(*ONE_DAY)
    world.source.run("UPDATE {schema}.t_sale_1 SET amount = 9")
    return world


@pytest.mark.parametrize(
    ("world", "kill", "retries"),
    [
        ("mariadb>mariadb", _kill_warehouse, "3"),
        ("mariadb>mariadb", _kill_warehouse, "0"),
        ("mariadb>mariadb", _kill_source, "3"),
        ("mariadb>mariadb", _kill_source, "0"),
        ("mysql>mysql", _kill_warehouse, "3"),
        ("mysql>mysql", _kill_source, "0"),
        ("mariadb>duckdb", _kill_source, "3"),
    ],
    indirect=["world"],
)
def test_a_connection_killed_inside_a_window(
    changed: World, kill: Callable[[Gate], None], retries: str
) -> None:
    """The window is tried again as a whole, or fails as a whole."""
    before = changed.raw("sales")
    with closed_gate(changed, 2) as gate:
        process = changed.start(*ONE_DAY, STOREWATCH_RETRIES=retries)
        gate.connection(process)
        kill(gate)
    out, err = process.communicate()

    where = f"feed sales {DAY}: " if retries == "0" else ""
    end = changed.warehouse if kill is _kill_warehouse else changed.source
    assert end.server is not None
    name = f"warehouse {end.schema}" if kill is _kill_warehouse else "source ONE"
    address = f"{end.server.user}@{end.server.host}:{end.server.port}"
    lines = err.splitlines()
    assert "Traceback" not in err
    assert len(lines) == 1, err
    level = "error" if retries == "0" else "note"
    assert lines[0].startswith(f"{level}: {where}{name} ({address}): ")
    if retries == "0":
        assert (process.returncode, changed.raw("sales")) == (1, before)
        assert changed.steps("status") == [("ok",), ("failed",)]
        return
    assert lines[0].endswith("; trying again in 0.01 s (1 of 3)")
    assert (process.returncode, out.splitlines()[0]) == (
        0,
        f"sales {DAY}: 3 rows in the place of 3",
    )
    assert {str(row[2]) for row in changed.raw("sales")} == {"9.0000"}
    assert changed.steps("status", "rows_read", "rows_deleted") == [("ok", 3, 0), ("ok", 3, 3)]


@pytest.mark.parametrize("world", ["mariadb>mariadb", "mysql>duckdb"], indirect=True)
def test_a_statement_that_the_server_ends_is_not_tried_again(changed: World) -> None:
    """It is no connection error: somebody meant it."""
    before = changed.raw("sales")
    with closed_gate(changed, 2) as gate:
        process = changed.start(*ONE_DAY)
        gate.connection(process)
        _kill_query(gate)
    _, err = process.communicate()

    server = changed.source.server
    assert server is not None
    assert err.splitlines() == [
        f"error: feed sales {DAY}: source ONE ({server.user}@{server.host}:{server.port}): "
        "Query execution was interrupted (error 1317)"
    ]
    assert (process.returncode, changed.raw("sales")) == (1, before)
    assert changed.last_step("status") == ("failed",)


@pytest.mark.parametrize("world", ["duckdb>duckdb"], indirect=True)
def test_an_unreachable_source_is_tried_again_and_the_others_are_done(world: World) -> None:
    """Each attempt is told; the feeds of other servers do not wait for it."""
    world.source.insert("t_shop", [("US1", "First", None)])
    unreachable = "mysql+pymysql://reader:s3cr3t@127.0.0.1:1/"

    result = world.run("load", STOREWATCH_SOURCE_ONE=unreachable, STOREWATCH_RETRIES="2")

    text = (
        "source ONE (reader@127.0.0.1:1): Can't connect to MySQL server on '127.0.0.1' "
        "([Errno 111] Connection refused)"
    )
    assert result.err == [
        f"note: {text}; trying again in 0.01 s (1 of 2)",
        f"note: {text}; trying again in 0.02 s (2 of 2)",
        f"error: feed sales: {text}",
        f"error: feed plans: {text}",
    ]
    assert (result.code, result.out) == (
        3,
        [
            "shops: 1 rows in the place of 0",
            "1 feeds done, 1 windows, 1 rows; failed: sales, plans",
        ],
    )


@pytest.mark.parametrize("world", ["duckdb>duckdb"], indirect=True)
def test_nothing_but_unreachable_sources_is_a_failure(world: World) -> None:
    """Nothing done at all is no partial success."""
    result = world.run(
        "load",
        "--feed",
        "sales",
        STOREWATCH_SOURCE_ONE="mysql+pymysql://reader:s3cr3t@127.0.0.1:1/",
        STOREWATCH_RETRIES="0",
    )

    assert (result.code, len(result.err)) == (1, 1)
    assert result.out == ["0 feeds done, 0 windows, 0 rows; failed: sales"]


@pytest.mark.parametrize("verb", ["setup", "load", "reconcile", "check"])
@pytest.mark.parametrize("world", ["duckdb>duckdb"], indirect=True)
def test_an_unreachable_warehouse(world: World, verb: str) -> None:
    """It is named, and tried again."""
    result = world.run(
        verb,
        STOREWATCH_TARGET="mysql",
        STOREWATCH_DB_HOST="127.0.0.1",
        STOREWATCH_DB_PORT="1",
        STOREWATCH_DB_USER="writer",
        STOREWATCH_DB_PASSWORD="s3cr3t",
        STOREWATCH_DB_SCHEMA="storewatch",
        STOREWATCH_RETRIES="1",
    )

    name = "warehouse server" if verb == "setup" else "warehouse storewatch"
    text = (
        f"{name} (writer@127.0.0.1:1): Can't connect to MySQL server on '127.0.0.1' "
        "([Errno 111] Connection refused)"
    )
    assert (result.code, result.err) == (
        1,
        [f"note: {text}; trying again in 0.01 s (1 of 1)", f"error: {text}"],
    )
