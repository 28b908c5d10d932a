"""The definitions of the SPC macros as plain loops over one series; no code shared with the SQL.

Every function takes the rows of one series in order and returns one item for each row. A row
without a value is not a point. Sums are exact (fractions, `statistics`), so that a comparison with
a limit means the same whatever the order in which an engine adds.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise


@dataclass(frozen=True)
class Baseline:
    """What a row is held against, and how it compares."""

    n: int
    mean: float | None
    sigma: float | None
    z: float | None


@dataclass(frozen=True)
class Cusum:
    """Both sides of a cumulative sum, and the side that is beyond h: 1, −1 or 0."""

    high: float
    low: float
    signal: int


@dataclass(frozen=True)
class Ewma:
    """A moving average, its upper limit, and the side that is beyond it: 1, −1 or 0."""

    value: float
    upper: float
    signal: int


@dataclass(frozen=True)
class Individuals:
    """Limits of a series, and for each of its rows the moving range and the two signals."""

    center: float | None
    mean_range: float | None
    limits: tuple[float, float, float] | None
    ranges: list[float | None]
    signals: list[tuple[int, int]]


def calibrated(z: float, n: int) -> float:
    """Return Wallace's normal equivalent of a z on n points (1959), with log1p."""
    nu = n - 1
    t = z / math.sqrt(1 + 1 / n)
    return math.copysign((8 * nu + 1) / (8 * nu + 3) * math.sqrt(nu * math.log1p(t * t / nu)), z)


def multiplier(k: float, n: int) -> float:
    """Return the z on n points that is worth k."""
    nu = n - 1
    c = k * (8 * nu + 3) / (8 * nu + 1)
    return math.copysign(math.sqrt(nu * math.expm1(c * c / nu) * (1 + 1 / n)), k)


def rolling_baseline(
    values: Sequence[float | None], window: int, min_points: int
) -> list[Baseline]:
    """Hold each row against the `window` rows before it."""
    result = []
    for t, value in enumerate(values):
        frame = [past for past in values[max(0, t - window) : t] if past is not None]
        mean = float(statistics.mean(map(Fraction, frame))) if frame else None
        sigma = statistics.stdev(frame) if len(frame) > 1 else None
        z = None
        if value is not None and mean is not None and sigma is not None:
            is_flat = max(frame) == min(frame) or sigma <= 1e-6 * max(1, abs(mean))
            if len(frame) >= min_points and not is_flat:
                z = float(Fraction(value) - statistics.mean(map(Fraction, frame))) / sigma
        result.append(Baseline(len(frame), mean, sigma, z))
    return result


def runs(points: Sequence[float | None], days: Sequence[date], gap_days: int | None) -> list[int]:
    """Return for each point the number of its run; rows that are not points hold −1."""
    result, run, last = [], 0, None
    for z, day in zip(points, days, strict=True):
        if z is None:
            result.append(-1)
            continue
        if gap_days is not None and last is not None and (day - last).days > gap_days:
            run += 1
        last = day
        result.append(run)
    return result


def _points_of_runs(
    points: Sequence[float | None], run_of: Sequence[int]
) -> Iterator[tuple[int, list[float]]]:
    """Yield the position of each point and its run's points up to it."""
    past: list[float] = []
    last_run = None
    for t, (z, run) in enumerate(zip(points, run_of, strict=True)):
        if z is None:
            continue
        if run != last_run:
            past, last_run = [], run
        past.append(z)
        yield t, list(past)


def western_electric(
    points: Sequence[float | None], run_of: Sequence[int]
) -> list[tuple[int, int, int, int, int]]:
    """Return the side of each rule at each row: 1 above, −1 below, 0 where it does not hold."""
    result = [(0, 0, 0, 0, 0)] * len(points)
    for t, past in _points_of_runs(points, run_of):
        result[t] = (
            _zone_side(past, 3, 1, 1),
            _zone_side(past, 2, 2, 3),
            _zone_side(past, 1, 4, 5),
            _zone_side(past, 0, 8, 8),
            _trend_side(past),
        )
    return result


def _zone_side(past: Sequence[float], zone: float, needed: int, among: int) -> int:
    if len(past) < among:
        return 0
    if past[-1] > zone:
        return int(sum(z > zone for z in past[-among:]) >= needed)
    if past[-1] < -zone:
        return -int(sum(z < -zone for z in past[-among:]) >= needed)
    return 0


def _trend_side(past: Sequence[float]) -> int:
    last = past[-6:]
    if len(last) == 6 and all(b > a for a, b in pairwise(last)):
        return 1
    if len(last) == 6 and all(b < a for a, b in pairwise(last)):
        return -1
    return 0


def cusum(
    points: Sequence[float | None],
    run_of: Sequence[int],
    k: float,
    h: float,
    memory: int | None,
) -> list[Cusum | None]:
    """Return the tabular CUSUM; numbers count as the decimals they are written as.

    With a memory, each sum runs over the last points only and forgets what was before.
    """
    result: list[Cusum | None] = [None] * len(points)
    for t, past in _points_of_runs(points, run_of):
        recent = past if memory is None else past[-memory:]
        high = low = Fraction(0)
        for z in recent:
            high = max(Fraction(0), high + _as_written(z) - _as_written(k))
            low = max(Fraction(0), low - _as_written(z) - _as_written(k))
        signal = 0
        if max(high, low) > _as_written(h):
            signal = 1 if high >= low else -1
        result[t] = Cusum(float(high), float(low), signal)
    return result


@cache
def _as_written(number: float) -> Fraction:
    return Fraction(repr(number))


def ewma(
    points: Sequence[float | None],
    run_of: Sequence[int],
    smoothing: float,
    limit: float,
    exact: bool,
) -> list[Ewma | None]:
    """Return the average of the last J points, J = ⌈ln 1e-6 / ln(1−λ)⌉ (1 for λ = 1)."""
    reach = 1 if smoothing == 1 else math.ceil(math.log(1e-6) / math.log(1 - smoothing))
    result: list[Ewma | None] = [None] * len(points)
    for t, past in _points_of_runs(points, run_of):
        value = smoothing * math.fsum(
            z * (1 - smoothing) ** j for j, z in enumerate(past[::-1][:reach])
        )
        upper = limit * math.sqrt(smoothing / (2 - smoothing))
        if exact:
            upper *= math.sqrt(1 - (1 - smoothing) ** (2 * len(past)))
        signal = 0
        if abs(value) > upper:
            signal = 1 if value > 0 else -1
        result[t] = Ewma(value, upper, signal)
    return result


def individuals(values: Sequence[float | None], baseline: int | None) -> Individuals:
    """Return limits from the moving ranges of the first points, of all without a baseline."""
    points = [value for value in values if value is not None]
    moving = [abs(b - a) for a, b in pairwise(points)]
    first = len(points) if baseline is None else baseline
    center = statistics.fmean(points[:first]) if points else None
    mean_range = statistics.fmean(moving[: first - 1]) if moving else None
    limits = None
    if center is not None and mean_range is not None:
        sigma = mean_range / 1.128
        if sigma > 1e-6 * max(1, abs(center)):
            limits = (center - 3 * sigma, center + 3 * sigma, 3.267 * mean_range)
    ranges: list[float | None] = []
    signals = []
    left = iter([None, *moving])
    for value in values:
        moved = None if value is None else next(left)
        ranges.append(moved)
        if limits is None or value is None:
            signals.append((0, 0))
        else:
            lower, upper, range_upper = limits
            side = 1 if value > upper else -1 if value < lower else 0
            signals.append((side, int(moved is not None and moved > range_upper)))
    return Individuals(center, mean_range, limits, ranges, signals)
