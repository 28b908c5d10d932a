"""What `status` says about runs, loaded days and failures."""

from __future__ import annotations

import json
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.python.loader.support import MakeSchema, World, new_world

DAY = "2025-03-05"
NOON = f"{DAY} 17:00:00"
INSTANT = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"


@pytest.fixture(params=["mariadb>mariadb", "duckdb>duckdb"])
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world with a row for every feed."""
    made = new_world(request, tmp_path, make_schema, request.param)
    made.sell((1, NOON))
    made.source.insert("t_plan", [("US1", DAY, "2.5")])
    made.source.insert("t_shop", [("US1", "First", "2025-01-01")])
    return made


def _json(world: World) -> dict[str, Any]:
    content = json.loads("\n".join(world.must("status", "--json").out))
    assert isinstance(content, dict)
    return content


def test_before_the_first_run(world: World) -> None:
    """Nothing is loaded, and that is no error."""
    assert world.must("status").out == [
        "last run: none",
        "sales  fully loaded up to (never)",
        "plans  fully loaded up to (never)",
        "shops  fully loaded up to (never)",
    ]
    assert _json(world) == {
        "last_run": None,
        "feeds": [
            {
                "feed": feed,
                "fully_loaded": None,
                "loaded_at": None,
                "failed_at": None,
                "failure": None,
            }
            for feed in ("sales", "plans", "shops")
        ],
    }


def test_the_last_day_that_is_fully_loaded(world: World, today: date) -> None:
    """The end of the last window; for a snapshot the day before it was read."""
    world.load("2025-03-01", DAY)

    lines = world.must("status").out

    assert re.fullmatch(
        rf"last run: load \(from 2025-03-01 to {DAY}: all feeds\), ok, started {INSTANT} UTC: "
        "3 feeds done, 3 windows, 3 rows",
        lines[0],
    )
    assert lines[1:] == [
        f"sales  fully loaded up to {DAY}",
        f"plans  fully loaded up to {DAY}",
        f"shops  fully loaded up to {today - timedelta(days=1)}",
    ]


def test_today_is_never_fully_loaded(world: World, today: date) -> None:
    """Rows still arrive: a window that was read before it ended counts up to the day before."""
    yesterday = today - timedelta(days=1)
    world.load(str(yesterday), str(today), "sales")

    assert world.must("status").out[1] == f"sales  fully loaded up to {yesterday}"


def test_an_older_load_takes_nothing_back(world: World) -> None:
    """The last loaded day stays the last."""
    world.load(DAY, DAY, "sales")
    world.load("2025-02-01", "2025-02-01", "sales")

    assert world.must("status").out[1] == f"sales  fully loaded up to {DAY}"


def test_a_failure_is_shown_until_the_feed_is_loaded(world: World) -> None:
    """It says what was wrong and what is loaded nevertheless."""
    world.load(DAY)
    world.sell((1, NOON), shard=2)
    assert world.run("load", "--from", DAY, "--to", DAY).code == 3
    schema = world.source.schema
    failure = f"feed sales: duplicate key id=1 in {schema}.t_sale_1 and {schema}.t_sale_2"

    lines = world.must("status").out

    assert re.search(
        r", partial, started .*: 2 feeds done, 2 windows, 2 rows; failed: sales$", lines[0]
    )
    assert re.fullmatch(
        rf"sales  fully loaded up to {DAY}; failed {INSTANT} UTC: {re.escape(failure)}", lines[1]
    )
    assert lines[2] == f"plans  fully loaded up to {DAY}"
    content = _json(world)
    run, (sales, plans, _) = content["last_run"], content["feeds"]
    assert (run["verb"], run["status"]) == ("load", "partial")
    assert (sales["fully_loaded"], sales["failure"]) == (DAY, failure)
    assert (plans["fully_loaded"], plans["failure"]) == (DAY, None)
    for text in (run["started_at"], run["finished_at"], sales["loaded_at"], sales["failed_at"]):
        assert datetime.fromisoformat(text).utcoffset() == timedelta(0)

    world.source.run("DELETE FROM {schema}.t_sale_2")
    world.load(DAY)

    assert world.must("status").out[1] == f"sales  fully loaded up to {DAY}"
    assert _json(world)["feeds"][0]["failure"] is None


def test_a_feed_that_does_not_fit_is_a_failure_too(world: World) -> None:
    """A change of the schema keeps the feed from being read at all; the morning after shows it."""
    world.load(DAY)
    world.source.run("ALTER TABLE {schema}.t_plan DROP COLUMN qty")
    assert world.run("load", "--from", DAY, "--to", DAY).code == 3

    lines = world.must("status").out

    assert re.fullmatch(
        rf"plans  fully loaded up to {DAY}; failed {INSTANT} UTC: feed plans: "
        rf"column qty is missing in {world.source.schema}\.t_plan",
        lines[2],
    )
    assert world.steps("status", "window_from", "touched_from", feed="plans") == [
        ("ok", date(2025, 3, 5), date(2025, 3, 5)),
        ("failed", None, None),
    ]
