"""Every macro on random series, against plain loops, on each engine."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pytest

from tests.python.spc import loops
from tests.python.spc.harness import Bench, Row
from tests.python.spc.series import COLUMNS, Series, random_series

GIVEN = list(COLUMNS)
SERIES = random_series(20260228)
SPLIT = "['shop', 'metric']"
# Name, call on points of a column, and gap_days, k, h, memory or window behind it.
ROLLING = {"rolling_7": (7, None, 4), "rolling_28": (28, 2, 2), "rolling_5": (5, 5, 5)}
RULES = {"rules": None, "rules_7": 7}
CUSUMS: dict[str, tuple[float | str, float | str, int | None, int | None]] = {
    "cusum": (0.5, 4, None, None),
    "cusum_7": (0.5, 4, None, 7),
    "cusum_28": (0.5, 4, 28, 7),
    "cusum_1": (0, 2, 1, None),
    "cusum_own": ("own_k", "own_h", 28, 7),
}
EWMAS: dict[str, tuple[float, float, bool, int | None]] = {
    "ewma": (0.2, 1.5, False, None),
    "ewma_7": (0.3, 1.2, True, 7),
    "ewma_slow": (0.05, 0.5, True, None),
    "ewma_last": (1, 2, False, 7),
}
INDIVIDUALS = {"xmr": None, "xmr_20": 20}
Key = tuple[str, str | None]
Computed = dict[str, dict[Key, list[Row]]]


@pytest.fixture(scope="module")
def computed(bench: Bench) -> Computed:
    """Return the rows of every call by series, in order of days."""
    rows = [row for series in SERIES for row in series.rows()]
    random.Random(1).shuffle(rows)
    bench.create("random_points", COLUMNS, rows)
    source = f"'random_points', {SPLIT}, 'day'"
    calls = {}
    for name, (window, min_points, _) in ROLLING.items():
        calls[name] = f"spc_rolling_baseline({source}, 'x', {window}, {_jinja(min_points)})"
    for name, gap_days in RULES.items():
        calls[name] = f"spc_western_electric({source}, 'z', gap_days={_jinja(gap_days)})"
    for name, (k, h, memory, gap_days) in CUSUMS.items():
        calls[name] = (
            f"spc_cusum({source}, 'z', {_jinja(k)}, {_jinja(h)},"
            f" memory={_jinja(memory)}, gap_days={_jinja(gap_days)})"
        )
    for name, (smoothing, limit, exact, gap_days) in EWMAS.items():
        calls[name] = (
            f"spc_ewma({source}, 'z', lambda={smoothing}, limit={limit},"
            f" exact_limits={_jinja(exact)}, gap_days={_jinja(gap_days)})"
        )
    for name, baseline in INDIVIDUALS.items():
        calls[name] = f"spc_individuals({source}, 'z', baseline={_jinja(baseline)})"
    queries = {name: f"{{{{ {call} }}}}" for name, call in calls.items()}
    answers = bench.run(queries, order_by=["shop", "metric", "day"])
    by_series: Computed = {}
    for name, answer in answers.items():
        groups: dict[Key, list[Row]] = defaultdict(list)
        for row in answer:
            groups[row["shop"], row["metric"]].append(row)
        by_series[name] = dict(groups)
    return by_series


def _jinja(value: object) -> str:
    return repr(value).lower() if isinstance(value, bool | None) else repr(value)


def _close(got: Any, wanted: float | None) -> bool:
    if wanted is None or got is None:
        return got is wanted
    return math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)


def _compare(
    computed: Computed, name: str, expected: Callable[[Series], list[dict[str, Any]]]
) -> list[Row]:
    """Require the expected columns of every row, and return all rows."""
    assert len(computed[name]) == len(SERIES)
    rows = []
    for series in SERIES:
        got = computed[name][series.shop, series.metric]
        assert [row["day"] for row in got] == series.days
        for row, wanted in zip(got, expected(series), strict=True):
            wrong = {
                column: (row[column], value)
                for column, value in wanted.items()
                if not _close(row[column], value)
            }
            assert wrong == {}, (name, row)
        rows += got
    return rows


@pytest.mark.parametrize("name", ROLLING)
def test_rolling_baseline(computed: Computed, name: str) -> None:
    """Also after a huge value has left the frame, and over flat stretches and missing values."""
    window, _, min_points = ROLLING[name]

    def expected(series: Series) -> list[dict[str, Any]]:
        return [
            {
                "baseline_n": it.n,
                "baseline_mean": it.mean,
                "baseline_sigma": it.sigma,
                "z_score": it.z,
                "z_calibrated": None if it.z is None else loops.calibrated(it.z, it.n),
                "is_evaluable": int(it.z is not None),
            }
            for it in loops.rolling_baseline(series.x, window, min_points)
        ]

    rows = _compare(computed, name, expected)
    new = ["baseline_n", "baseline_mean", "baseline_sigma", "z_score", "z_calibrated"]
    assert set(rows[0]) == {*GIVEN, *new, "is_evaluable"}
    assert {row["is_evaluable"] for row in rows} == {0, 1}
    assert any(row["baseline_sigma"] == 0 and row["x"] is not None for row in rows)


@pytest.mark.parametrize("name", RULES)
def test_western_electric(computed: Computed, name: str) -> None:
    """Sides and flags of the five rules; every rule holds on both sides somewhere."""

    def expected(series: Series) -> list[dict[str, Any]]:
        run_of = loops.runs(series.z, series.days, RULES[name])
        return [
            {f"we_side_{rule}": side for rule, side in enumerate(sides, start=1)}
            | {f"we_rule_{rule}": abs(side) for rule, side in enumerate(sides, start=1)}
            for sides in loops.western_electric(series.z, run_of)
        ]

    rows = _compare(computed, name, expected)
    for rule in range(1, 6):
        assert {row[f"we_side_{rule}"] for row in rows} == {-1, 0, 1}, rule
    new = [f"we_{kind}_{rule}" for kind in ("side", "rule") for rule in range(1, 6)]
    gaps = [] if RULES[name] is None else ["we_gap", "we_segment"]
    assert set(rows[0]) == {*GIVEN, *new, "we_step", *gaps}


@pytest.mark.parametrize("name", CUSUMS)
def test_cusum(computed: Computed, name: str) -> None:
    """Sums that meet h exactly are no signal; both sides signal somewhere."""
    k, h, memory, gap_days = CUSUMS[name]

    def expected(series: Series) -> list[dict[str, Any]]:
        run_of = loops.runs(series.z, series.days, gap_days)
        limits = [
            own if isinstance(given, str) else given
            for given, own in ((k, series.k), (h, series.h))
        ]
        return [
            {"cusum_high": None, "cusum_low": None, "cusum_signal": 0}
            if it is None
            else {"cusum_high": it.high, "cusum_low": it.low, "cusum_signal": it.signal}
            for it in loops.cusum(series.z, run_of, limits[0], limits[1], memory)
        ]

    rows = _compare(computed, name, expected)
    assert {row["cusum_signal"] for row in rows} == {-1, 0, 1}
    sums = ["cusum_high_sum", "cusum_low_sum", "cusum_high", "cusum_low", "cusum_signal"]
    gaps = [] if gap_days is None else ["cusum_gap", "cusum_segment"]
    assert set(rows[0]) == {*GIVEN, *sums, *gaps}


@pytest.mark.parametrize("name", EWMAS)
def test_ewma(computed: Computed, name: str) -> None:
    """The weighted sum of the last points; both sides signal somewhere."""
    smoothing, limit, exact, gap_days = EWMAS[name]

    def expected(series: Series) -> list[dict[str, Any]]:
        run_of = loops.runs(series.z, series.days, gap_days)
        return [
            {"ewma": None, "ewma_lower": None, "ewma_upper": None, "ewma_signal": 0}
            if it is None
            else {
                "ewma": it.value,
                "ewma_lower": -it.upper,
                "ewma_upper": it.upper,
                "ewma_signal": it.signal,
            }
            for it in loops.ewma(series.z, run_of, smoothing, limit, exact)
        ]

    rows = _compare(computed, name, expected)
    assert {row["ewma_signal"] for row in rows} == {-1, 0, 1}
    new = ["ewma_block", "ewma", "ewma_lower", "ewma_upper", "ewma_signal"]
    gaps = [] if gap_days is None else ["ewma_gap", "ewma_segment"]
    assert set(rows[0]) == {*GIVEN, *new, *gaps}


def test_ewma_is_the_recursive_one(computed: Computed) -> None:
    """E = λz + (1−λ)E from 0, but for the millionth that the last J points leave out."""
    for series in SERIES:
        average = 0.0
        for row, z in zip(computed["ewma"][series.shop, series.metric], series.z, strict=True):
            if z is not None:
                average = 0.2 * z + 0.8 * average
                assert math.isclose(row["ewma"], average, rel_tol=0, abs_tol=1e-5)


@pytest.mark.parametrize("name", INDIVIDUALS)
def test_individuals(computed: Computed, name: str) -> None:
    """Limits of the whole series and of its first points."""

    def expected(series: Series) -> list[dict[str, Any]]:
        it = loops.individuals(series.z, INDIVIDUALS[name])
        lower, upper, range_upper = it.limits or (None, None, None)
        point_numbers = iter(range(1, len(series.z) + 1))
        return [
            {
                "xmr_point": None if z is None else next(point_numbers),
                "xmr_range": moved,
                "xmr_center": it.center,
                "xmr_mean_range": it.mean_range,
                "xmr_sigma": None if it.mean_range is None else it.mean_range / 1.128,
                "xmr_lower": lower,
                "xmr_upper": upper,
                "xmr_range_upper": range_upper,
                "xmr_signal": signals[0],
                "xmr_range_signal": signals[1],
            }
            for z, moved, signals in zip(series.z, it.ranges, it.signals, strict=True)
        ]

    rows = _compare(computed, name, expected)
    assert {row["xmr_signal"] for row in rows} == {-1, 0, 1}
    assert {row["xmr_range_signal"] for row in rows} == {0, 1}
    assert set(rows[0]) == {*GIVEN, *expected(SERIES[0])[0]}
