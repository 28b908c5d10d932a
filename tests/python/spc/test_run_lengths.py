"""Run lengths of the rules on simulated normal points, against the published ones.

Run lengths in control and after shifts of 1 and 2 sigma: Champ and Woodall (1987) for the rules,
Lucas and Crosier (1982) for the CUSUM, Lucas and Saccucci (1990) for the EWMA.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.python.spc.harness import Bench

STANDARD_ERRORS = 4
# Number of runs and their length, for each shift in sigma: long enough that nearly all runs after a
# shift have ended; in control the tail is geometric, and its mean follows from the rate of signals.
RUNS = {0: (2500, 400), 1: (4000, 150), 2: (5000, 80)}
# Rules look at eight points at most: after them the rate of signals in control is constant.
SETTLED_AFTER = 40
# The published chains begin with none of the last points beyond a zone, not with no points: rules 2
# and 3 wait for three and five of them.
WARM_UP = 8
PUBLISHED = {
    "rule 1": (370.4, 43.9, 6.30),
    "rules 1, 2": (225.4, 20.0, 3.65),
    "rules 1, 3": (166.1, 12.7, 3.68),
    "rules 1, 4": (152.7, 14.6, 4.89),
    "rules 1 to 4": (91.75, 9.22, 3.13),
    "cusum h=4": (167.7, 8.38, 3.34),
    "cusum h=5": (465.4, 10.4, 4.01),
    "cusum h=4, 28 points": (167.7, 8.38, 3.34),
    "cusum h=5, 28 points": (465.4, 10.4, 4.01),
    "ewma": (499.7, 10.5, 3.74),
    "ewma, exact limits": (493.0, 9.56, 2.86),
}
# What signals, in the rows of which call.
SIGNALS = {
    "rule 1": ("rules", "we_rule_1 = 1"),
    "rules 1, 2": ("rules", "we_rule_1 + we_rule_2 > 0"),
    "rules 1, 3": ("rules", "we_rule_1 + we_rule_3 > 0"),
    "rules 1, 4": ("rules", "we_rule_1 + we_rule_4 > 0"),
    "rules 1 to 4": ("rules", "we_rule_1 + we_rule_2 + we_rule_3 + we_rule_4 > 0"),
    "cusum h=4": ("cusum", "cusum_signal <> 0"),
    "cusum h=5": ("cusum", "greatest(cusum_high, cusum_low) > 5"),
    "cusum h=4, 28 points": ("cusum_28", "greatest(cusum_high, cusum_low) > 4"),
    "cusum h=5, 28 points": ("cusum_28", "cusum_signal <> 0"),
    "ewma": ("ewma", "ewma_signal <> 0"),
    "ewma, exact limits": ("ewma_exact", "ewma_signal <> 0"),
}
CALLS = {
    "rules": "{{ spc_western_electric('warmed_up', ['shift', 'run'], 't', 'z') }}",
    "cusum": "{{ spc_cusum('points', ['shift', 'run'], 't', 'z', 0.5, 4) }}",
    "cusum_28": "{{ spc_cusum('points', ['shift', 'run'], 't', 'z', 0.5, 5, memory=28) }}",
    "ewma": "{{ spc_ewma('points', ['shift', 'run'], 't', 'z', 0.2, 2.962) }}",
    "ewma_exact": "{{ spc_ewma('points', ['shift', 'run'], 't', 'z', 0.2, 2.962, true) }}",
}


@dataclass(frozen=True)
class RunLength:
    """A mean run length and its standard error."""

    mean: float
    error: float


def points() -> pd.DataFrame:
    """Return standard normal points with a shift, as columns shift, run, t and z."""
    rng = np.random.default_rng(1987)
    frames = [
        pd.DataFrame(
            {
                "shift": shift,
                "run": np.repeat(np.arange(runs), length),
                "t": np.tile(np.arange(1, length + 1), runs),
                "z": rng.normal(shift, 1, runs * length),
            }
        )
        for shift, (runs, length) in RUNS.items()
    ]
    return pd.concat(frames, ignore_index=True)


def run_length(first: Any, runs: int, length: int) -> RunLength:
    """Return the mean run length of runs that may still be without a signal when they end.

    Args:
        first: time of the first signal of each run that has one.
        runs: number of runs.
        length: points in each.
    """
    times = np.concatenate([first, np.full(runs - len(first), length)]).astype(float)
    left = runs - len(first)
    if left == 0:
        return RunLength(float(times.mean()), float(times.std(ddof=1) / math.sqrt(runs)))
    late = first[first > SETTLED_AFTER]
    exposure = np.clip(times - SETTLED_AFTER, 0, None).sum()
    mean = times.mean() + left / runs * exposure / len(late)
    # A geometric time has a relative error of one over the root of the signals seen.
    return RunLength(float(mean), float(mean / math.sqrt(len(first))))


@pytest.fixture(scope="module")
def first_signals(duckdb_bench: Bench) -> Iterator[duckdb.DuckDBPyConnection]:
    """Return a database with, for each name, the time of the first signal of each run."""
    compiled = duckdb_bench.compile(CALLS)
    with closing(duckdb.connect()) as database:
        database.register("drawn", points())
        database.execute("create table points as select * from drawn")
        database.execute(
            "create view warmed_up as select * from points union all"
            " select shift, run, -t, 0e0 from points where t <= ?".replace("?", str(WARM_UP))
        )
        for call, sql in compiled.items():
            database.execute(f"create table {call} as {sql}")
        yield database


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_run_lengths(first_signals: duckdb.DuckDBPyConnection, name: str) -> None:
    """Within four standard errors of the simulation, and of the last digit that was printed."""
    call, condition = SIGNALS[name]
    for (shift, (runs, length)), published in zip(RUNS.items(), PUBLISHED[name], strict=True):
        first = first_signals.execute(
            f"select min(t) as t from {call} where shift = {shift} and {condition} group by run"
        ).fetchnumpy()["t"]
        found = run_length(first, runs, length)
        digits = len(str(published).partition(".")[2])
        allowed = STANDARD_ERRORS * found.error + 0.5 * 10**-digits
        print(f"{name}, shift {shift}: {found.mean:.2f} ± {found.error:.2f}, published {published}")
        assert abs(found.mean - published) <= allowed, (shift, found)
