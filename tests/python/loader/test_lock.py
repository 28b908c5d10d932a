"""One run at a time on a warehouse, and none that outlives its process."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from tests.python.loader.gate import closed_gate, kill_hard
from tests.python.loader.support import MakeSchema, Result, World, new_world

DAY = "2025-03-05"
NOON = f"{DAY} 17:00:00"
LOAD = ("load", "--from", DAY, "--to", DAY, "--feed", "sales")
PAIRS = ("mariadb>mariadb", "mariadb>duckdb")


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with two sales."""
    made = new_world(request, tmp_path, make_schema, request.param)
    made.sell((1, NOON), (2, NOON))
    return made


def _refused(result: Result, verb: str, pid: int) -> bool:
    holder = rf"{verb} \(process {pid} on {re.escape(socket.gethostname())}, since [-: 0-9]+ UTC\)"
    expected = rf"error: another run holds the warehouse: {holder}"
    return (
        result.code == 1
        and result.out == []
        and len(result.err) == 1
        and re.fullmatch(expected, result.err[0]) is not None
    )


@pytest.mark.parametrize("world", PAIRS, indirect=True)
def test_the_second_run_names_the_first(world: World) -> None:
    """Every verb that writes is refused; the lock is free after the hardest end of its holder."""
    with closed_gate(world, 2) as gate:
        process = world.start(*LOAD)
        gate.connection(process)

        for verb in (LOAD, ("reconcile",), ("setup",)):
            result = world.run(*verb)
            assert _refused(result, "load", process.pid), result
        kill_hard(world, process)

    assert world.must(*LOAD).out[0] == f"sales {DAY}: 2 rows in the place of 0"
    assert world.warehouse.run("SELECT status FROM load_runs ORDER BY run_id") == [
        ("interrupted",),
        ("ok",),
    ]


@pytest.mark.parametrize("world", PAIRS[:1], indirect=True)
def test_status_and_check_need_no_lock(world: World) -> None:
    """On a server both say what they know while a run goes on."""
    world.source.insert("t_shop", [("US1", "First", None)])
    with closed_gate(world, 2) as gate:
        process = world.start(*LOAD)
        gate.connection(process)

        assert world.must("status").out[0].endswith(" UTC: no result yet")
        assert world.must("check").out[-1] == "3 feeds checked, 0 problems"
    process.communicate()
    assert process.returncode == 0


@pytest.mark.parametrize("world", PAIRS[1:], indirect=True)
def test_status_names_the_process_that_holds_the_file(world: World) -> None:
    """A DuckDB file belongs to one process at a time, for readers too."""
    with closed_gate(world, 2) as gate:
        process = world.start(*LOAD)
        gate.connection(process)

        result = world.run("status")
    process.communicate()

    assert (result.code, result.err) == (
        1,
        [f"error: warehouse {world.warehouse.path}: in use by process {process.pid}"],
    )
    assert process.returncode == 0


@pytest.mark.parametrize("world", PAIRS[:1], indirect=True)
def test_another_warehouse_on_the_same_server_is_free(
    world: World, make_schema: MakeSchema
) -> None:
    """The lock belongs to the schema."""
    assert world.warehouse.server is not None
    other = {"STOREWATCH_DB_SCHEMA": make_schema(world.warehouse.server)}
    world.must("setup", **other)
    world.source.insert("t_shop", [("US1", "First", None)])
    with closed_gate(world, 2) as gate:
        process = world.start(*LOAD)
        gate.connection(process)

        result = world.must("load", "--feed", "shops", **other)
    process.communicate()

    assert result.out[-1] == "1 feeds done, 1 windows, 1 rows"
    assert process.returncode == 0
