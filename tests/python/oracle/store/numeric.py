"""Small numerical functions of the store half, each as its definition says it.

Sums are `math.fsum`, which is exact to the last digit: what a mart holds must not depend on the
order of additions.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

# Two numbers are equal when they differ by no more than this, relative to the larger one.
EQUAL_WITHIN = 1e-9
# A baseline with a smaller sigma than this, relative to its centre, does not vary.
FLAT_WITHIN = 1e-6
KM_RADIUS_OF_EARTH = 6371.0088


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean of at least one value."""
    return math.fsum(values) / len(values)


def sample_sd(values: Sequence[float]) -> float:
    """Return the standard deviation with the divisor n − 1, of at least two values."""
    centre = mean(values)
    return math.sqrt(math.fsum((value - centre) ** 2 for value in values) / (len(values) - 1))


def root_mean_square(values: Sequence[float]) -> float:
    """Return the square root of the mean square about 0."""
    return math.sqrt(math.fsum(value * value for value in values) / len(values))


def median(values: Sequence[float]) -> float:
    """Return the middle value, the mean of the middle two for an even count."""
    ordered = sorted(values)
    middle = len(ordered) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return (ordered[middle - 1] + ordered[middle]) / 2


def transformed(kind: str, value: float | None) -> float | None:
    """Return a value on the scale of a KPI, None where the scale has no place for it.

    Args:
        kind: log, sqrt or identity.
        value: in original units, None for no value.

    Raises:
        ValueError: for another kind.
    """
    if kind not in ("log", "sqrt", "identity"):
        raise ValueError(f"unknown transform {kind!r}")
    if value is None or kind == "identity":
        return value
    if kind == "log":
        return math.log(value) if value > 0 else None
    return math.sqrt(value) if value >= 0 else None


def original(kind: str, value: float | None) -> float | None:
    """Return a transformed value in original units; roots below 0 become 0 before squaring."""
    if value is None or kind == "identity":
        return value
    return math.exp(value) if kind == "log" else max(value, 0.0) ** 2


def is_flat(values: Sequence[float], sigma: float, centre: float) -> bool:
    """Tell whether a baseline has zero variance."""
    return max(values) == min(values) or sigma <= FLAT_WITHIN * max(1.0, abs(centre))


def differs(value: float, centre: float, within: float = EQUAL_WITHIN) -> bool:
    """Tell whether a value is more than rounding away from its centre."""
    return abs(value - centre) > within * max(1.0, abs(centre))


def is_below(value: float, bound: float) -> bool:
    """Tell whether a computed value is below a bound by more than rounding."""
    return value < bound and differs(value, bound)


def calibrated(z_score: float, n: int) -> float:
    """Return the normal quantile with the tail probability of z on n points (Wallace 1959)."""
    nu = n - 1
    t = z_score / math.sqrt(1 + 1 / n)
    quantile = (8 * nu + 1) / (8 * nu + 3) * math.sqrt(nu * math.log1p(t * t / nu))
    return math.copysign(quantile, z_score)


def multiplier(k: float, n: int) -> float:
    """Return the z whose `calibrated` is k: how many sigmas wide a limit of k is on n points."""
    nu = n - 1
    quantile = k * (8 * nu + 3) / (8 * nu + 1)
    return math.sqrt(nu * math.expm1(quantile * quantile / nu)) * math.sqrt(1 + 1 / n)


def sign(value: float) -> int:
    """Return 1, 0 or −1."""
    return (value > 0) - (value < 0)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the least-squares slope of (x, y) points with at least two different x."""
    x_mean, y_mean = mean([x for x, _ in points]), mean([y for _, y in points])
    covariance = math.fsum((x - x_mean) * (y - y_mean) for x, y in points)
    return covariance / math.fsum((x - x_mean) ** 2 for x, _ in points)


def correlation(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Return Pearson's correlation, None where one side does not vary."""
    if not pairs:
        return None
    x_mean, y_mean = mean([x for x, _ in pairs]), mean([y for _, y in pairs])
    x_spread = math.fsum((x - x_mean) ** 2 for x, _ in pairs)
    y_spread = math.fsum((y - y_mean) ** 2 for _, y in pairs)
    if x_spread == 0 or y_spread == 0:
        return None
    covariance = math.fsum((x - x_mean) * (y - y_mean) for x, y in pairs)
    return covariance / math.sqrt(x_spread * y_spread)


def percentile_rank(value: float, values: Sequence[float]) -> float:
    """Return 100·(values below + half of the ties)/n; the value itself is one of the values."""
    below = sum(is_below(other, value) for other in values)
    ties = sum(not differs(other, value) for other in values)
    return 100 * (below + ties / 2) / len(values)


def piecewise_linear(points: Sequence[tuple[float, float]], x: float) -> float:
    """Return y at x on a line through ascending points, level beyond both ends."""
    if x <= points[0][0]:
        return points[0][1]
    for (x_left, y_left), (x_right, y_right) in pairwise(points):
        if x <= x_right:
            return y_left + (y_right - y_left) * (x - x_left) / (x_right - x_left)
    return points[-1][1]


def great_circle_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance of two (latitude, longitude) in degrees, by the haversine formula."""
    (latitude_1, longitude_1), (latitude_2, longitude_2) = one, other
    phi_1, phi_2 = math.radians(latitude_1), math.radians(latitude_2)
    haversine = (
        math.sin((phi_2 - phi_1) / 2) ** 2
        + math.cos(phi_1)
        * math.cos(phi_2)
        * math.sin(math.radians(longitude_2 - longitude_1) / 2) ** 2
    )
    return 2 * KM_RADIUS_OF_EARTH * math.asin(math.sqrt(haversine))
