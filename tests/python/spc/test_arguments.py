"""What the macros say when an argument is wrong: the macro, the argument, what it may be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from dbt.cli.main import dbtRunner

from tests.python.spc.harness import Bench

NAME = "a column name"
NAMES = "a column name or a list of column names, [] for one series of all rows"
POINTS = "'points', 'shop', 'day', 'z'"
WRONG = {
    "spc_rolling_baseline('', 'shop', 'day', 'x', 28)": (
        "spc_rolling_baseline: relation must be a relation or the name of a CTE, not ''"
    ),
    "spc_rolling_baseline(none, 'shop', 'day', 'x', 28)": (
        "spc_rolling_baseline: relation must be a relation or the name of a CTE, not None"
    ),
    "spc_rolling_baseline('points', 'shop', 'day', 'x + 1', 28)": (
        f"spc_rolling_baseline: value must be {NAME}, not 'x + 1'"
    ),
    f"spc_rolling_baseline({POINTS}, 1)": (
        "spc_rolling_baseline: window must be a whole number, 2 or more, not 1"
    ),
    f"spc_rolling_baseline({POINTS}, '28')": (
        "spc_rolling_baseline: window must be a whole number, 2 or more, not '28'"
    ),
    f"spc_rolling_baseline({POINTS}, true)": (
        "spc_rolling_baseline: window must be a whole number, 2 or more, not True"
    ),
    f"spc_rolling_baseline({POINTS}, 28, min_points=1)": (
        "spc_rolling_baseline: min_points must be a whole number, 2 to 28, not 1"
    ),
    f"spc_rolling_baseline({POINTS}, 28, min_points=29)": (
        "spc_rolling_baseline: min_points must be a whole number, 2 to 28, not 29"
    ),
    "spc_western_electric('points', '', 'day', 'z')": (
        f"spc_western_electric: partition_by must be {NAMES}, not ''"
    ),
    "spc_western_electric('points', none, 'day', 'z')": (
        f"spc_western_electric: partition_by must be {NAMES}, not None"
    ),
    "spc_western_electric('points', ['shop', 'a, b'], 'day', 'z')": (
        f"spc_western_electric: partition_by must be {NAMES}, not ['shop', 'a, b']"
    ),
    "spc_western_electric('points', 'shop', 'day desc', 'z')": (
        f"spc_western_electric: order_by must be {NAME}, not 'day desc'"
    ),
    "spc_western_electric('points', 'shop', 'day', 3)": (
        f"spc_western_electric: z must be {NAME}, not 3"
    ),
    f"spc_western_electric({POINTS}, gap_days=0)": (
        "spc_western_electric: gap_days must be a whole number, 1 or more, not 0"
    ),
    f"spc_western_electric({POINTS}, prefix='')": (
        f"spc_western_electric: prefix must be {NAME}, not ''"
    ),
    f"spc_cusum({POINTS}, -0.5, 4)": (
        "spc_cusum: k must be a number, 0 or more, or a column name, not -0.5"
    ),
    f"spc_cusum({POINTS}, 0.5, 'h + 1')": (
        "spc_cusum: h must be a number, 0 or more, or a column name, not 'h + 1'"
    ),
    f"spc_cusum({POINTS}, 0.5, 4, memory=0)": (
        "spc_cusum: memory must be a whole number, 1 or more, not 0"
    ),
    f"spc_cusum({POINTS}, 0.5, 4, gap_days=7.5)": (
        "spc_cusum: gap_days must be a whole number, 1 or more, not 7.5"
    ),
    f"spc_ewma({POINTS}, lambda=0, limit=3)": (
        "spc_ewma: lambda must be a number, 0.001 to 1, not 0"
    ),
    f"spc_ewma({POINTS}, lambda=1.01, limit=3)": (
        "spc_ewma: lambda must be a number, 0.001 to 1, not 1.01"
    ),
    f"spc_ewma({POINTS}, lambda=0.2, limit='3')": (
        "spc_ewma: limit must be a number, 0 or more, not '3'"
    ),
    f"spc_ewma({POINTS}, 0.2, 3, exact_limits='yes')": (
        "spc_ewma: exact_limits must be true or false, not 'yes'"
    ),
    f"spc_ewma({POINTS}, 0.2, 3, gap_days=-1)": (
        "spc_ewma: gap_days must be a whole number, 1 or more, not -1"
    ),
    "ewma_lags(2)": "ewma_lags: lambda must be a number, 0.001 to 1, not 2",
    f"spc_individuals({POINTS}, baseline=1)": (
        "spc_individuals: baseline must be a whole number, 2 or more, not 1"
    ),
    f"spc_segments({POINTS}, gap_days=none)": (
        "spc_segments: gap_days must be a whole number, 1 or more, not None"
    ),
}
RIGHT = (
    f"spc_rolling_baseline({POINTS}, 2, min_points=2)",
    "spc_western_electric('points', ['shop', '\"the kpi\"'], '`day`', 'größe')",
    f"spc_cusum({POINTS}, 0, 0, memory=1, gap_days=1)",
    f"spc_ewma({POINTS}, lambda=1, limit=0)",
    f"spc_ewma({POINTS}, lambda=0.001, limit=3)",
    f"spc_individuals({POINTS}, baseline=2)",
)
Refusal = Callable[[str], str | None]


@pytest.fixture(scope="module")
def refusal(duckdb_bench: Bench) -> Iterator[Refusal]:
    """Return a function that gives dbt's complaint about a call, or None; dbt reads macros once."""
    folder = duckdb_bench.warehouse.folder
    options = ["--project-dir", str(folder), "--profiles-dir", str(folder)]
    with pytest.MonkeyPatch.context() as patch:
        for name, value in duckdb_bench.warehouse.env.items():
            patch.setenv(name, value)
        # dbt moves into the project and stays there.
        patch.chdir(os.getcwd())  # noqa: PTH109
        manifest: Any = dbtRunner().invoke(["--quiet", "parse", *options]).result

        def complaint(call: str) -> str | None:
            said: list[str] = []

            def listen(event: Any) -> None:
                said.append(event.info.msg)

            runner = dbtRunner(manifest, callbacks=[listen])
            done = runner.invoke(["compile", "--inline", f"{{{{ {call} }}}}", *options])
            if done.success:
                return None
            macro = call.partition("(")[0]
            lines = [line.strip() for message in said for line in message.splitlines()]
            return next(line for line in lines if line.startswith(f"{macro}: "))

        yield complaint


@pytest.mark.parametrize("call", WRONG)
def test_wrong_arguments_are_refused(refusal: Refusal, call: str) -> None:
    """With the whole message, before any SQL is made."""
    assert refusal(call) == WRONG[call]


@pytest.mark.parametrize("call", RIGHT)
def test_extreme_arguments_are_accepted(refusal: Refusal, call: str) -> None:
    """The bounds themselves are allowed, and so are quoted names and names in any script."""
    assert refusal(call) is None
