"""What `load` does by default, and on a day without rows."""

from __future__ import annotations

from datetime import timedelta

from loader.feeds import read_catalog
from loader.windows import Calendar
from tests.python.loader.conftest import World

DAY = "2025-03-05"


def test_without_a_date_yesterday_is_loaded(world: World) -> None:
    """With the look-back, in the business time zone."""
    yesterday = Calendar(read_catalog(world.feeds_file)).today() - timedelta(days=1)

    result = world.run("load", "--feed", "sales")

    first = yesterday - timedelta(days=3)
    assert result.out[0] == f"sales {first}..{yesterday}: 0 rows in the place of 0"


def test_a_quiet_window_of_a_table_with_rows_is_fine(world: World) -> None:
    """Only a source without any row is an error."""
    result = world.run("load", "--from", DAY, "--to", DAY, "--feed", "sales")

    assert (result.code, result.out[0]) == (0, "sales 2025-03-05: 0 rows in the place of 0")
