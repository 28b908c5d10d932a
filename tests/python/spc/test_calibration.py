"""Calibrated z and the multiplier of sigma, against the t distribution and against each other."""

from __future__ import annotations

import math

import pytest

from tests.python.spc import loops
from tests.python.spc.harness import Bench, Row

# Multipliers of sigma with the tail of 3 sigma, from the t distribution: 3 = Φ⁻¹(T(t)), and how
# near Wallace's approximation must come.
EXACT = {
    4: (10.31, 0.07), 6: (5.95, 0.015), 8: (4.81, 0.01), 12: (4.01, 0.01), 14: (3.82, 0.01),
    21: (3.50, 0.01), 28: (3.36, 0.01), 56: (3.17, 0.01), 90: (3.10, 0.01),
}  # fmt: skip
SIZES = (2, 3, *EXACT, 1000)
Z = (0.0, 1e-12, 1e-9, 3e-8, 1e-6, 1e-3, 0.5, 1.0, 3.0, 12.5, 1e6)
K = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5.0)


@pytest.fixture(scope="module")
def computed(bench: Bench) -> dict[str, list[Row]]:
    """Return both macros on every size: of numbers, their opposites and NULL."""
    for table, values in (("scores", Z), ("multiples", K)):
        rows = [(n, sign * z) for n in SIZES for z in values for sign in (1, -1)]
        bench.create(table, {"n": "int", "z": "double"}, rows)
    queries = {
        "calibrated": "select n, z, {{ z_calibrated('z', 'n') }} as value from scores",
        "multiplier": "select n, z, {{ sigma_multiplier('z', 'n') }} as value from multiples",
        "round trip": "select n, z, {{ z_calibrated('multiplier', 'n') }} as value from ("
        "select n, z, {{ sigma_multiplier('z', 'n') }} as multiplier from multiples) as multiplied",
        "limits": "select n, 3 as z, {{ sigma_multiplier(3, 'n') }} as value from multiples"
        " group by n",
        "unknown": "select n, z, {{ z_calibrated('z', 'n') }} as value from ("
        "select 1 as n, 2.5 as z union all select 0, 2.5 union all select null, 2.5"
        " union all select 28, null) as unknown_points",
        "unknown limits": "select n, 3 as z, {{ sigma_multiplier('3', 'n') }} as value from ("
        "select 1 as n union all select 0 union all select null) as unknown_points",
    }
    return bench.run(queries, order_by=["n", "z"])


def test_calibrated_is_the_formula(computed: dict[str, list[Row]]) -> None:
    """To 1e-9, and relatively for the smallest z, too, where ln(1 + x) loses its digits."""
    assert len(computed["calibrated"]) == len(SIZES) * len(Z) * 2
    for row in computed["calibrated"]:
        wanted = loops.calibrated(row["z"], row["n"])
        assert math.isclose(row["value"], wanted, rel_tol=1e-9, abs_tol=0), row


def test_multiplier_is_the_inverse(computed: dict[str, list[Row]]) -> None:
    """Against the inverted formula, and through both macros back to where it began."""
    for name in ("multiplier", "round trip"):
        assert len(computed[name]) == len(SIZES) * len(K) * 2
        for row in computed[name]:
            wanted = loops.multiplier(row["z"], row["n"]) if name == "multiplier" else row["z"]
            assert math.isclose(row["value"], wanted, rel_tol=1e-9, abs_tol=1e-9), row


def test_limits_are_near_the_exact_ones(computed: dict[str, list[Row]]) -> None:
    """The multipliers of the t distribution are met as nearly as the approximation promises."""
    limits = {row["n"]: row["value"] for row in computed["limits"]}
    for n, (exact, tolerance) in EXACT.items():
        assert abs(limits[n] / exact - 1) <= tolerance, n


def test_too_few_points_are_unknown(computed: dict[str, list[Row]]) -> None:
    """One point, none, NULL: no deviation, no z and no limit."""
    assert [row["value"] for row in computed["unknown"]] == [None] * 4
    assert [row["value"] for row in computed["unknown limits"]] == [None] * 3
