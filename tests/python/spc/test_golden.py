"""Textbook cases through the macros, on each engine."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import pytest

from tests.python.marts.harness import shared_folder
from tests.python.spc.harness import Bench, Row

CUSUM = "spc_cusum_montgomery91_spckit"
EWMA = "spc_ewma_montgomery910_spckit"
NIST = "spc_ewma_nist_6324"
MORTGAGE = "spc_individuals_mr_mortgage_montgomery65"
VECTORS = "spc_rules_we_nelson_vectors_qcc"
ROLLING = ("rolling28_zscore_seattle_precipitation", "rolling28_zscore_seattle_temp_max")
# Names of the vectors' rules that are ours; the other Nelson rules (9 on one side, alternating,
# inside or outside one sigma) are not.
RULES = {
    "WE1": 1, "WE2": 2, "WE3": 3, "WE4": 4, "NEL1": 1, "NEL3": 5, "NEL5": 2, "NEL6": 3,
}  # fmt: skip
Case = dict[str, Any]
Computed = dict[str, list[Row]]


def _centred(case: str, centre: float, sigma: float) -> str:
    """Return a CTE of a case's points in sigmas from a centre."""
    return (
        f"with points as (select case_name, i, (x - {centre!r}) / {sigma!r} as z"
        f" from golden_points where case_name = '{case}')"
    )


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    """Return the published cases by name."""
    folder: Path = shared_folder("cases")
    names = (CUSUM, EWMA, NIST, MORTGAGE, VECTORS, *ROLLING)
    return {name: json.loads((folder / f"{name}.json").read_text()) for name in names}


@pytest.fixture(scope="module")
def computed(bench: Bench, cases: dict[str, Case]) -> Computed:
    """Return what the macros make of every case."""
    series: dict[str, Sequence[float]] = {
        name: case["input"]["x"] for name, case in cases.items() if "x" in case["input"]
    }
    for number, vector in enumerate(cases[VECTORS]["input"]["vectors"]):
        series[f"vector {number}"] = vector["x"]
    bench.create(
        "golden_points",
        {"case_name": "varchar(64)", "i": "int", "x": "double"},
        [
            (name, i, float(x))
            for name, values in series.items()
            for i, x in enumerate(values, start=1)
        ],
    )
    fixed = cases[EWMA]["expected"]["fixed"]
    own = cases[EWMA]["input"]["x"]
    nist = cases[NIST]["params"]
    calls = {
        CUSUM: _centred(CUSUM, 10, 1) + "{{ spc_cusum('points', 'case_name', 'i', 'z', 0.5, 5) }}",
        EWMA: _centred(EWMA, fixed["target"], fixed["sigma"])
        + "{{ spc_ewma('points', 'case_name', 'i', 'z', 0.1, 2.7, exact_limits=true) }}",
        f"{EWMA} computed": _centred(EWMA, fmean(own), stdev(own))
        + "{{ spc_ewma('points', 'case_name', 'i', 'z', 0.1, 2.7, exact_limits=true) }}",
        NIST: _centred(NIST, nist["z0"], nist["sigma"])
        + f"{{{{ spc_ewma('points', 'case_name', 'i', 'z', {nist['lambda']}, {nist['k']}) }}}}",
        MORTGAGE: _centred(MORTGAGE, 0, 1)
        + "{{ spc_individuals('points', 'case_name', 'i', 'z', baseline=20) }}",
        VECTORS: "with points as (select * from golden_points where case_name like 'vector %')"
        "{{ spc_western_electric('points', 'case_name', 'i', 'x') }}",
    }
    for name in ROLLING:
        calls[name] = (
            f"with points as (select * from golden_points where case_name = '{name}')"
            "{{ spc_rolling_baseline('points', 'case_name', 'i', 'x', 28, min_points=28) }}"
        )
    return bench.run(calls, order_by=["case_name", "i"])


def _column(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows]


def _flagged(rows: list[Row], column: str, value: int = 1) -> list[int]:
    return [row["i"] for row in rows if row[column] == value]


def test_cusum_of_montgomery(computed: Computed, cases: dict[str, Case]) -> None:
    """Table 9.1: both sides of the tabular CUSUM; Montgomery's lower side is kept positive here."""
    rows, case = computed[CUSUM], cases[CUSUM]
    close = {"abs": case["tolerance"]["abs"]}
    assert _column(rows, "cusum_high") == pytest.approx(case["expected"]["data_c_plus"], **close)
    assert [-low for low in _column(rows, "cusum_low")] == pytest.approx(
        case["expected"]["data_c_minus"], **close
    )
    assert _flagged(rows, "cusum_signal") == case["expected"]["upper_signal_at"]
    assert _flagged(rows, "cusum_signal", -1) == case["expected"]["lower_signal_at"]


def test_ewma_of_montgomery(computed: Computed, cases: dict[str, Case]) -> None:
    """Table 9.10, exact limits: a fixed target, and the points' own mean and deviation."""
    own = cases[EWMA]["input"]["x"]
    tolerance = cases[EWMA]["tolerance"]
    expected = cases[EWMA]["expected"]
    for name, case, centre, sigma in (
        (EWMA, expected["fixed"], 10.0, 1.0),
        (f"{EWMA} computed", expected["computed"], fmean(own), stdev(own)),
    ):
        rows = computed[name]
        averages = [centre + sigma * z for z in _column(rows, "ewma")]
        assert averages == pytest.approx(case["z"], abs=tolerance["z_abs"])
        limits = [centre + sigma * rows[0][f"ewma_{side}"] for side in ("upper", "lower")]
        published = [case["limits_at_1"]["ucl"], case["limits_at_1"]["lcl"]]
        assert limits == pytest.approx(published, abs=tolerance["limits_abs"])
        assert _flagged(rows, "ewma_signal") == case.get("upper_at", [])
        assert _flagged(rows, "ewma_signal", -1) == []


def test_ewma_of_nist(computed: Computed, cases: dict[str, Case]) -> None:
    """e-Handbook 6.3.2.4: limits of the steady state."""
    rows, case = computed[NIST], cases[NIST]
    centre, sigma = case["params"]["z0"], case["params"]["sigma"]
    tolerance, expected = case["tolerance"], case["expected"]
    averages = [centre + sigma * z for z in _column(rows, "ewma")]
    assert averages == pytest.approx(expected["z_with_z0"][1:], abs=tolerance["z_abs"])
    for side, limit in (("upper", "ucl"), ("lower", "lcl")):
        limits = [centre + sigma * z for z in _column(rows, f"ewma_{side}")]
        assert limits == pytest.approx([expected[limit]] * 20, abs=tolerance["limits_abs"])
    assert set(_column(rows, "ewma_signal")) == {0}


def test_individuals_of_montgomery(computed: Computed, cases: dict[str, Case]) -> None:
    """Tables 6.6 and 6.7: limits of the first 20 points, held against all 40."""
    rows, case = computed[MORTGAGE], cases[MORTGAGE]
    close = {"abs": case["tolerance"]["abs"]}
    values, ranges = case["expected"]["i"], case["expected"]["mr"]
    for column, limit in (
        ("xmr_center", values["cl"]),
        ("xmr_lower", values["lcl"]),
        ("xmr_upper", values["ucl"]),
        ("xmr_mean_range", ranges["cl"]),
        ("xmr_range_upper", ranges["ucl"]),
    ):
        assert _column(rows, column) == pytest.approx([limit] * 40, **close), column
    assert rows[0]["xmr_range"] is None
    assert _column(rows[1:], "xmr_range") == pytest.approx(ranges["y"][1:], **close)
    assert _flagged(rows, "xmr_signal") == values["beyond_limits"]
    assert _flagged(rows, "xmr_signal", -1) == []
    assert _flagged(rows, "xmr_range_signal") == ranges["beyond_limits"]


def test_rules_of_qcc(computed: Computed, cases: dict[str, Case]) -> None:
    """Literal vectors of R's qcc: the point that completes the pattern is flagged, it alone."""
    rows, case = computed[VECTORS], cases[VECTORS]
    checked = set()
    for number, vector in enumerate(case["input"]["vectors"]):
        if vector["rule"] in RULES:
            rule = RULES[vector["rule"]]
            points = [row for row in rows if row["case_name"] == f"vector {number}"]
            flagged = _flagged(points, f"we_rule_{rule}")
            assert flagged == case["expected"]["flagged"][number], vector
            checked.add(rule)
    assert checked == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", ROLLING)
def test_rolling_baseline_of_seattle(computed: Computed, cases: dict[str, Case], name: str) -> None:
    """Two years of weather: the frame ends the day before, the deviation is that of a sample."""
    rows, case = computed[name], cases[name]
    tolerance = case["tolerance"]["abs"]
    compared = 0
    for i, row in enumerate(rows):
        mean, sd, z = (case["expected"][key][i] for key in ("mean", "sd", "z"))
        assert row["is_evaluable"] == (z is not None)
        assert (row["z_score"] is None) == (z is None)
        assert (row["baseline_n"] == 28) == (mean is not None)
        if mean is not None:
            assert math.isclose(row["baseline_mean"], mean, rel_tol=0, abs_tol=tolerance)
            assert math.isclose(row["baseline_sigma"], sd, rel_tol=0, abs_tol=tolerance)
        if z is not None:
            compared += 1
            assert math.isclose(row["z_score"], z, rel_tol=0, abs_tol=tolerance)
    assert compared > 600
