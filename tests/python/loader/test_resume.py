"""A killed backfill goes on where it stopped."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.python.loader.gate import PATIENCE_SECONDS, closed_gate, kill_hard, wait_until
from tests.python.loader.support import MakeSchema, World, new_world

FIRST, LAST = date(2024, 1, 1), date(2024, 3, 31)
BACKFILL = ("load", "--from", str(FIRST), "--to", str(LAST), "--feed", "sales")
ALL_DATES = f"{FIRST}..{LAST}"
WINDOWS = 13
INTERRUPTED = "error: interrupted; what was not committed is undone"
ROWS_A_DAY = 300
ROWS_A_WINDOW = 7 * ROWS_A_DAY


@pytest.fixture
def filled(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with three months of sales, on MariaDB at both ends."""
    world = new_world(request, tmp_path, make_schema, "mariadb>mariadb")
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    world.sell(
        *(
            (number * ROWS_A_DAY + key, f"{day} 16:00:00")
            for number, day in enumerate(days)
            for key in range(1, ROWS_A_DAY + 1)
        )
    )
    return world


def _ok_steps(world: World) -> int:
    return len([status for (status,) in world.steps("status") if status == "ok"])


def _kill_in_window(world: World, number: int) -> None:
    """Kill a backfill in the middle of a window; those before it, counted from 0, are loaded."""
    with closed_gate(world, number * ROWS_A_WINDOW + ROWS_A_WINDOW // 2) as gate:
        process = world.start(*BACKFILL)
        gate.connection(process)
        kill_hard(world, process)
    assert world.steps("status") == [("ok",)] * number


def test_a_killed_backfill_goes_on_and_every_row_is_there_once(filled: World) -> None:
    """Twice killed, three runs: whole windows only, none of them read twice."""
    _kill_in_window(filled, 2)
    assert filled.warehouse.run("SELECT status FROM load_runs") == [("running",)]
    rows = filled.warehouse.run("SELECT COUNT(*) FROM raw_sales")
    assert rows == [(2 * ROWS_A_WINDOW,)], "half a window was left behind"

    _kill_in_window(filled, 5)
    result = filled.must(*BACKFILL)

    assert result.out == [
        "sales: 5 windows were loaded before this backfill was interrupted "
        "and are skipped (--again loads them too)",
        "sales 2024-02-05..2024-03-31: 16,800 rows in the place of 0 in 8 windows",
        "1 feeds done, 8 windows, 16,800 rows",
    ]
    assert filled.steps("status") == [("ok",)] * WINDOWS
    total = WINDOWS * ROWS_A_WINDOW
    assert filled.warehouse.run("SELECT COUNT(*), COUNT(DISTINCT id) FROM raw_sales") == [
        (total, total)
    ]
    assert filled.warehouse.run("SELECT status FROM load_runs ORDER BY run_id") == [
        ("interrupted",),
        ("interrupted",),
        ("ok",),
    ]


def test_a_finished_backfill_is_read_again(filled: World) -> None:
    """Whoever asks for the same range after it ended well wants it read."""
    assert filled.run(*BACKFILL).code == 0
    filled.source.run("DELETE FROM {schema}.t_sale_1 WHERE id = 1")

    result = filled.run(*BACKFILL)

    assert result.out[0] == f"sales {ALL_DATES}: 27,299 rows in the place of 27,300 in 13 windows"
    assert _ok_steps(filled) == 2 * WINDOWS


def test_again_reads_what_an_interrupted_backfill_has_loaded(filled: World) -> None:
    """The option `--again` skips nothing."""
    _kill_in_window(filled, 1)

    result = filled.must(*BACKFILL, "--again")

    assert result.out[0] == f"sales {ALL_DATES}: 27,300 rows in the place of 2,100 in 13 windows"
    assert _ok_steps(filled) == 1 + WINDOWS


def test_another_range_does_not_count_as_the_same_backfill(filled: World) -> None:
    """Resuming is for the same request alone."""
    _kill_in_window(filled, 1)

    result = filled.run("load", "--from", str(FIRST), "--to", "2024-01-07", "--feed", "sales")

    assert result.out[0] == "sales 2024-01-01..2024-01-07: 2,100 rows in the place of 2,100"


def test_a_window_read_before_it_ended_is_read_again(filled: World) -> None:
    """Rows that came after the reading would be missed."""
    _kill_in_window(filled, 1)
    filled.warehouse.run(
        "UPDATE load_steps SET read_at = '2024-01-08 04:59:59' WHERE window_to = '2024-01-07'"
    )

    result = filled.run(*BACKFILL)

    assert result.out[0] == f"sales {ALL_DATES}: 27,300 rows in the place of 2,100 in 13 windows"


def test_a_backfill_with_a_failed_window_goes_on_with_that_one(filled: World) -> None:
    """A failed window is all that is left to do."""
    filled.sell((1, "2024-02-10 16:00:00"), shard=2)
    failed = filled.run(*BACKFILL)
    # The key that stands on two dates spoils the window that meets it second.
    assert failed.code == 1
    assert failed.out[0] == f"sales {ALL_DATES}: 25,200 rows in the place of 0 in 12 of 13 windows"
    assert _ok_steps(filled) == WINDOWS - 1
    filled.source.run("DELETE FROM {schema}.t_sale_2 WHERE id = 1")

    result = filled.run(*BACKFILL)

    assert result.code == 0
    assert result.out[0].startswith(f"sales: {WINDOWS - 1} windows were loaded before")
    assert result.out[1] == "sales 2024-02-05..2024-02-11: 2,100 rows in the place of 0"


def test_a_terminated_run_leaves_nothing_half_done(filled: World) -> None:
    """TERM at whatever moment rolls back and logs the end."""
    # However late the signal, the process stands in the last window and has not ended.
    with closed_gate(filled, WINDOWS * ROWS_A_WINDOW):
        process = filled.start(*BACKFILL)
        wait_until(lambda: _ok_steps(filled) >= 1)
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert err.splitlines() == [INTERRUPTED]
    assert filled.warehouse.run("SELECT status FROM load_runs") == [("interrupted",)]
    rows = filled.warehouse.run("SELECT COUNT(*) FROM raw_sales")
    assert rows == [(_ok_steps(filled) * ROWS_A_WINDOW,)]


def test_a_terminated_run_says_what_is_done(filled: World) -> None:
    """The windows before the one that was under way are in the line of their feed."""
    with closed_gate(filled, 3 * ROWS_A_WINDOW) as gate:
        process = filled.start(*BACKFILL)
        gate.connection(process)
        process.terminate()
        out, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert (process.returncode, err.splitlines()) == (1, [INTERRUPTED])
    assert out.splitlines() == [
        "sales 2024-01-01..2024-01-14: 4,200 rows in the place of 0 in 2 of 13 windows"
    ]
