"""The small functions of the store half against published and hand-computed numbers."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest

from tests.python.oracle.store.numeric import (
    calibrated,
    correlation,
    differs,
    great_circle_km,
    is_below,
    is_flat,
    mean,
    median,
    multiplier,
    original,
    percentile_rank,
    piecewise_linear,
    root_mean_square,
    sample_sd,
    slope,
    transformed,
)

# Exact multipliers of sigma for the tail of 3 sigma: t quantile of n − 1 degrees of freedom times
# √(1 + 1/n).
EXACT_MULTIPLIERS = (
    (4, 10.31, 0.07),
    (6, 5.95, 0.015),
    (8, 4.81, 0.01),
    (12, 4.01, 0.01),
    (14, 3.82, 0.01),
    (21, 3.50, 0.01),
    (28, 3.36, 0.01),
    (56, 3.17, 0.01),
    (90, 3.10, 0.01),
)


@pytest.mark.parametrize(("n", "exact", "within"), EXACT_MULTIPLIERS)
def test_multipliers_of_sigma(n: int, exact: float, within: float) -> None:
    """As near to the exact ones as the definitions say."""
    assert multiplier(3, n) == pytest.approx(exact, rel=within)


def test_calibration_of_three_degrees_of_freedom() -> None:
    """The t distribution has a closed form there; Wallace is within 7 % of it at this tail."""
    z_score = 10.31
    t = z_score / math.sqrt(1.25)
    tail = 0.5 - (math.atan(t / math.sqrt(3)) + t / math.sqrt(3) / (1 + t * t / 3)) / math.pi
    exact = -NormalDist().inv_cdf(tail)
    assert exact == pytest.approx(3, abs=0.005)
    assert calibrated(z_score, 4) == pytest.approx(exact, rel=0.07)


def test_calibration_by_hand() -> None:
    """Z = 2 on four points: t = 2/√1.25, ν = 3, 25/27·√(3·ln(1 + 3.2/3)); odd; the inverse."""
    expected = 25 / 27 * math.sqrt(3 * math.log(1 + 3.2 / 3))
    assert calibrated(2, 4) == pytest.approx(expected, rel=1e-12)
    assert calibrated(-2, 4) == -calibrated(2, 4)
    assert calibrated(0, 4) == 0
    for k in (1, 1.5, 2, 3):
        assert calibrated(multiplier(k, 9), 9) == pytest.approx(k, rel=1e-12)


def test_spreads() -> None:
    """About the mean with n − 1, and about 0 with n."""
    assert mean([1, 2, 6]) == 3
    assert sample_sd([1, 2, 6]) == pytest.approx(math.sqrt(7))
    assert root_mean_square([1, -2, 2]) == pytest.approx(math.sqrt(3))
    assert [median([3, 1, 2]), median([4, 1, 3, 2]), median([5])] == [2, 2.5, 5]


def test_scales() -> None:
    """Logarithms need more than 0, roots no less; roots come back from 0 upwards."""
    assert transformed("log", math.e) == 1
    assert [transformed("log", value) for value in (0, -1, None)] == [None] * 3
    assert [transformed("sqrt", value) for value in (9, 0, -1)] == [3, 0, None]
    assert transformed("identity", -5) == -5
    assert original("log", 0) == 1
    assert [original("sqrt", value) for value in (3, -3, None)] == [9, 0, None]
    assert original("identity", -5) == -5
    with pytest.raises(ValueError, match="cube"):
        transformed("cube", 1)


def test_zero_variance() -> None:
    """One value throughout, or a sigma that is a millionth of the centre or of 1."""
    assert is_flat([5, 5], 1, 5)
    assert is_flat([1, 2], 0.9e-6, 0.5) and not is_flat([1, 2], 1.1e-6, 0.5)
    assert is_flat([1, 2], 0.9e-4, -100) and not is_flat([1, 2], 1.1e-4, -100)


def test_rounding_is_no_difference() -> None:
    """A billionth of the larger of the bound and 1."""
    assert not differs(1 + 1e-10, 1) and differs(1 + 1e-8, 1)
    assert not differs(1000 + 1e-7, 1000) and differs(1e-8, 0)
    assert is_below(59.9, 60) and not is_below(60 - 1e-9, 60) and not is_below(61, 60)


def test_slope_and_correlation() -> None:
    """Of (0, 1), (1, 2), (3, 6): x̄ = 4/3, ȳ = 3, Sxy = 8, Sxx = 14/3, Syy = 14."""
    points = [(0.0, 1.0), (1.0, 2.0), (3.0, 6.0)]
    assert slope(points) == pytest.approx(8 / (14 / 3))
    assert correlation(points) == pytest.approx(8 / math.sqrt(14 / 3 * 14))
    assert correlation([(1, 2), (1, 3)]) is None
    assert correlation([(1, 2), (3, 2)]) is None
    assert correlation([]) is None


def test_percentile_ranks() -> None:
    """Half of the ties, itself included; a tie by rounding is a tie."""
    values = [1.0, 2.0, 2.0 + 1e-12, 4.0]
    assert [percentile_rank(value, values) for value in values] == [12.5, 50, 50, 87.5]


def test_curves() -> None:
    """Level beyond the ends, straight between two points."""
    curve = ((-1.0, 10.0), (0.0, 20.0), (2.0, 100.0))
    points = [piecewise_linear(curve, x) for x in (-9, -1, -0.5, 0, 0.5, 2, 9)]
    assert points == [10, 10, 15, 20, 40, 100, 100]


def test_distance() -> None:
    """A quarter of the equator, a degree of a meridian, and half of a parallel over the pole."""
    radius = 6371.0088
    assert great_circle_km((0, 0), (0, 90)) == pytest.approx(math.pi / 2 * radius)
    assert great_circle_km((40, -74), (41, -74)) == pytest.approx(math.pi / 180 * radius)
    assert great_circle_km((60, 0), (60, 180)) == pytest.approx(math.pi / 3 * radius)
