"""A killed backfill goes on where it stopped."""

from __future__ import annotations

import signal
import time
from datetime import date, timedelta

import pytest

from tests.python.loader.conftest import World

FIRST, LAST = date(2024, 1, 1), date(2024, 3, 31)
BACKFILL = ("load", "--from", str(FIRST), "--to", str(LAST), "--feed", "sales")
WINDOWS = 13
ROWS_A_DAY = 300


@pytest.fixture
def filled(maria: World) -> World:
    """Three months of sales on MariaDB at both ends."""
    days = [FIRST + timedelta(days=offset) for offset in range((LAST - FIRST).days + 1)]
    for number, day in enumerate(days):
        start = number * ROWS_A_DAY
        maria.sell(*((start + key, f"{day} 16:00:00") for key in range(1, ROWS_A_DAY + 1)))
    return maria


def _ok_steps(world: World) -> int:
    count: int = world.warehouse.run(
        "SELECT COUNT(*) FROM load_steps WHERE status = 'ok' AND feed = 'sales'"
    )[0][0]
    return count


def _kill_after(world: World, steps: int) -> int:
    process = world.start(*BACKFILL)
    while _ok_steps(world) < steps and process.poll() is None:
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL, "it ended before it was killed"
    return _ok_steps(world)


def test_a_killed_backfill_goes_on_and_every_row_is_there_once(filled: World) -> None:
    """Twice killed, three runs: whole windows only, none of them read twice."""
    first = _kill_after(filled, 2)
    assert 2 <= first < WINDOWS
    assert filled.warehouse.run("SELECT status FROM load_runs") == [("running",)]
    days_before = filled.warehouse.run("SELECT COUNT(*) FROM raw_sales")[0][0] / ROWS_A_DAY
    assert days_before == first * 7, "half a window was left behind"

    second = _kill_after(filled, first + 2)
    result = filled.run(*BACKFILL)

    assert result.code == 0
    assert result.out[0] == (
        f"sales: {second} windows were loaded before this backfill was interrupted "
        "and are skipped (--again loads them too)"
    )
    assert len(result.out) == 2 + WINDOWS - second
    assert _ok_steps(filled) == WINDOWS
    total = ROWS_A_DAY * ((LAST - FIRST).days + 1)
    assert filled.warehouse.run(
        "SELECT COUNT(*), COUNT(DISTINCT id) FROM raw_sales WHERE id <> 1000 OR shop = 'US1'"
    ) == [(total, total)]
    assert filled.warehouse.run("SELECT status FROM load_runs ORDER BY started_at, status") == [
        ("interrupted",),
        ("interrupted",),
        ("ok",),
    ] or {status for (status,) in filled.warehouse.run("SELECT status FROM load_runs")} == {
        "interrupted",
        "ok",
    }


def test_a_finished_backfill_is_read_again(filled: World) -> None:
    """Whoever asks for the same range after it ended well wants it read."""
    assert filled.run(*BACKFILL).code == 0
    filled.source.run("DELETE FROM {schema}.t_sale_1 WHERE id = 1")

    result = filled.run(*BACKFILL)

    assert result.out[0] == "sales 2024-01-01..2024-01-07: 2,099 rows in the place of 2,100"
    assert _ok_steps(filled) == 2 * WINDOWS


def test_again_reads_what_an_interrupted_backfill_has_loaded(filled: World) -> None:
    """The option `--again` skips nothing."""
    done = _kill_after(filled, 1)

    result = filled.run(*BACKFILL, "--again")

    assert result.out[0] == "sales 2024-01-01..2024-01-07: 2,100 rows in the place of 2,100"
    assert _ok_steps(filled) == done + WINDOWS


def test_another_range_does_not_count_as_the_same_backfill(filled: World) -> None:
    """Resuming is for the same request alone."""
    _kill_after(filled, 1)

    result = filled.run("load", "--from", str(FIRST), "--to", "2024-01-07", "--feed", "sales")

    assert result.out[0] == "sales 2024-01-01..2024-01-07: 2,100 rows in the place of 2,100"


def test_a_window_read_before_it_ended_is_read_again(filled: World) -> None:
    """Rows that came after the reading would be missed."""
    _kill_after(filled, 1)
    filled.warehouse.run(
        "UPDATE load_steps SET read_at = '2024-01-08 04:59:59' WHERE window_to = '2024-01-07'"
    )

    result = filled.run(*BACKFILL)

    assert "sales 2024-01-01..2024-01-07: 2,100 rows in the place of 2,100" in result.out


def test_a_backfill_with_a_failed_window_goes_on_with_that_one(filled: World) -> None:
    """A failed window is all that is left to do."""
    filled.sell((1, "2024-02-10 16:00:00"), shard=2)
    failed = filled.run(*BACKFILL)
    # The key that stands on two dates spoils the window that meets it second.
    assert failed.code == 1
    assert _ok_steps(filled) == WINDOWS - 1
    filled.source.run("DELETE FROM {schema}.t_sale_2 WHERE id = 1")

    result = filled.run(*BACKFILL)

    assert result.code == 0
    assert result.out[0].startswith(f"sales: {WINDOWS - 1} windows were loaded before")
    assert result.out[1] == "sales 2024-02-05..2024-02-11: 2,100 rows in the place of 0"


def test_a_terminated_run_says_so_and_leaves_nothing_half_done(filled: World) -> None:
    """TERM rolls back, logs the end and prints one line."""
    process = filled.start(*BACKFILL)
    while _ok_steps(filled) < 1 and process.poll() is None:
        time.sleep(0.002)
    process.terminate()
    _, err = process.communicate(timeout=30)

    assert process.returncode == 1
    assert err.splitlines() == ["error: interrupted; what was not committed is undone"]
    assert filled.warehouse.run("SELECT status FROM load_runs") == [("interrupted",)]
    rows = filled.warehouse.run("SELECT COUNT(*) FROM raw_sales")[0][0]
    assert rows == _ok_steps(filled) * 7 * ROWS_A_DAY
