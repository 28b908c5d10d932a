"""store_sustained_shifts in plain Python: CUSUMs with a memory, and an EWMA."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from .baselines import Baselines, SeriesKey
from .flags import runs
from .seeds import Limits, StoreSeeds

MEMORY = 28
LAMBDA, EWMA_WIDTH = 0.2, 2.962
EWMA_LAGS = math.ceil(math.log(1e-6) / math.log(1 - LAMBDA))
EWMA_LIMIT = EWMA_WIDTH * math.sqrt(LAMBDA / (2 - LAMBDA))


@dataclass(frozen=True)
class Cusum:
    """Both sides of a CUSUM at a point; the signal is 1 for high, −1 for low, 0 for none."""

    high: float
    low: float
    signal: int


@dataclass(frozen=True)
class Shift:
    """One row of store_sustained_shifts."""

    key: SeriesKey
    day: date
    z_calibrated: float
    warning: Cusum
    critical: Cusum
    ewma: float

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        entity_type, entity, metric_name = self.key
        return {
            "entity_type": entity_type,
            "shop_no": entity,
            "metric_name": metric_name,
            "metric_date": self.day,
            "z_calibrated": self.z_calibrated,
            "warning_cusum_high": self.warning.high,
            "warning_cusum_low": self.warning.low,
            "warning_signal": self.warning.signal,
            "critical_cusum_high": self.critical.high,
            "critical_cusum_low": self.critical.low,
            "critical_signal": self.critical.signal,
            "ewma": self.ewma,
            "ewma_lower": -EWMA_LIMIT,
            "ewma_upper": EWMA_LIMIT,
            "ewma_signal": (self.ewma > EWMA_LIMIT) - (self.ewma < -EWMA_LIMIT),
        }


def compute_shifts(baselines: Baselines, seeds: StoreSeeds) -> dict[SeriesKey, dict[date, Shift]]:
    """Return a row per series and evaluable point of its default method."""
    shifts: dict[SeriesKey, dict[date, Shift]] = {}
    for key, by_method in baselines.judgements.items():
        kpi = seeds.kpi(key[2])
        rows = by_method.get(kpi.default_method, {})
        z = {day: row.z_calibrated for day, row in rows.items()}
        points = {day: value for day, value in z.items() if value is not None}
        shifts[key] = _shifts(key, points, seeds.limits(key[1], kpi))
    return shifts


def _shifts(key: SeriesKey, points: Mapping[date, float], limits: Limits) -> dict[date, Shift]:
    shifts: dict[date, Shift] = {}
    for run in runs(points):
        z = [points[day] for day in run]
        warning = cusum(z, limits.warning_k, limits.warning_h)
        critical = cusum(z, limits.critical_k, limits.critical_h)
        averages = ewma(z)
        for position, day in enumerate(run):
            shifts[day] = Shift(
                key, day, z[position], warning[position], critical[position], averages[position]
            )
    return shifts


def cusum(z: Sequence[float], k: float, h: float, memory: int = MEMORY) -> list[Cusum]:
    """Return the CUSUM at every point of one run, in a form without running sums.

    The height of a running sum over its lowest value so far is the largest sum of any number of
    latest steps, of none too; a memory bounds that number.

    Args:
        z: calibrated z of one run.
        k: allowance, in standard deviations.
        h: decision interval, in standard deviations.
        memory: points that count.
    """

    def side(steps: Sequence[float]) -> list[float]:
        heights = []
        for position in range(len(steps)):
            latest, height = 0.0, 0.0
            for step in reversed(steps[max(0, position + 1 - memory) : position + 1]):
                latest += step
                height = max(height, latest)
            heights.append(height)
        return heights

    highs = side([point - k for point in z])
    lows = side([-point - k for point in z])
    return [Cusum(high, low, _signal(high, low, h)) for high, low in zip(highs, lows, strict=True)]


def _signal(high: float, low: float, h: float) -> int:
    """Return the side that is beyond h, the larger one when both are."""
    if max(high, low) <= h:
        return 0
    return 1 if high >= low else -1


def ewma(z: Sequence[float]) -> list[float]:
    """Return the exponentially weighted average of the latest points of one run."""
    averages = []
    for position in range(len(z)):
        latest = reversed(z[max(0, position + 1 - EWMA_LAGS) : position + 1])
        weighted = [(1 - LAMBDA) ** lag * point for lag, point in enumerate(latest)]
        averages.append(LAMBDA * math.fsum(weighted))
    return averages
