"""Random series that hold what breaks run rules and moving sums."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

COLUMNS = {
    "shop": "varchar(16)",
    "metric": "varchar(16)",
    "day": "date",
    "z": "double",
    "x": "double",
    "own_k": "double",
    "own_h": "double",
}


@dataclass(frozen=True)
class Series:
    """One series in order of its days.

    Attributes:
        z: points in sigmas; None where there is none.
        x: values around 100, of which some series hold a huge one, and some a flat stretch.
        k: allowance of the CUSUM that the series asks for.
        h: its limit.
    """

    shop: str
    metric: str | None
    days: list[date]
    z: list[float | None]
    x: list[float | None]
    k: float
    h: float

    def rows(self) -> list[tuple[object, ...]]:
        """Return the rows of the series, in the order of COLUMNS."""
        return [
            (self.shop, self.metric, day, z, x, self.k, self.h)
            for day, z, x in zip(self.days, self.z, self.x, strict=True)
        ]


def random_series(seed: int) -> list[Series]:
    """Return series of several kinds, told apart by shop and metric together.

    Points are decimals with few digits, or the same point twice, so that sums meet limits exactly.
    """
    rng = random.Random(seed)
    made = []
    for number, digits in enumerate((6, 6, 1, 1, 0, 0)):
        drift = 0.0
        points: list[float | None] = []
        for _ in range(160):
            drift = 0.85 * drift + rng.gauss(0, 0.7)
            points.append(None if rng.random() < 0.15 else round(drift + rng.gauss(0, 0.5), digits))
        made.append(_series(rng, f"shop {number // 2}", f"metric {number % 2}", points))
    steps = [round(0.3 * ((t % 14) - 7 if t % 28 < 14 else 7 - t % 14), 1) for t in range(60)]
    made.append(_series(rng, "shop 0", "steps", [*steps]))
    made.append(_series(rng, "shop 0", "never", [None] * 12))
    made.append(_series(rng, "shop 1", "once", [4.5]))
    made.append(_series(rng, "shop 1", "twice", [-4.5, None, -4.5]))
    made.append(_series(rng, "shop 2", None, [round(rng.gauss(0, 1), 2) for _ in range(40)]))
    return made


def _series(rng: random.Random, shop: str, metric: str | None, z: list[float | None]) -> Series:
    day = date(2025, 1, 1)
    days = []
    for _ in z:
        days.append(day)
        day += timedelta(days=rng.choice((1, 1, 1, 1, 1, 1, 2, 7, 8, 20)))
    x = [None if point is None else 100 + 10 * point for point in z]
    if len(x) > 100:
        x[30] = 1e15 if metric == "metric 0" else -7e11
        x[100:135] = [42.1] * 35
    k, h = rng.choice(((0.5, 4.0), (0.9, 4.3), (0.25, 2.0)))
    return Series(shop, metric, days, z, x, k, h)
