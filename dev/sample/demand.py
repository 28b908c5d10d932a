"""Orders, revenue and consumption of every site and day.

Department 1127 follows the history of the 8th Avenue case study to the order and to the cent; the
other stores open at half their level and mature with age. All of it is computed for the whole
horizon at once, so that a day does not depend on the range asked for.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from dev.sample.calendar import HORIZON_END, HORIZON_START, Day
from dev.sample.columns import UNITS, Bools, Floats, Ints
from dev.sample.goods import load_goods
from dev.sample.randomness import generator
from dev.sample.stores import Site

FLAGSHIP = 1127
# First and last day, orders, revenue in USD: case study, section 2.1.
FLAGSHIP_HISTORY = (
    (date(2025, 6, 30), date(2025, 6, 30), 739, 2_057),
    (date(2025, 7, 1), date(2025, 7, 31), 19_725, 76_918),
    (date(2025, 8, 1), date(2025, 8, 31), 20_093, 86_661),
    (date(2025, 9, 1), date(2025, 9, 30), 22_622, 101_169),
    (date(2025, 10, 1), date(2025, 10, 31), 23_048, 106_397),
    (date(2025, 11, 1), date(2025, 11, 30), 18_974, 86_101),
    (date(2025, 12, 1), date(2025, 12, 31), 14_152, 68_543),
    (date(2026, 1, 1), date(2026, 1, 31), 11_156, 51_837),
    (date(2026, 2, 1), date(2026, 2, 15), 7_671, 35_698),
)
# Orders a day of a mature store; with 1127 about 2,400 in February 2026.
MATURE_ORDERS = {
    1128: 318.0,
    20008: 252.0,
    20010: 231.0,
    1140: 219.0,
    1141: 190.0,
    20027: 176.0,
    20031: 176.0,
    20032: 167.0,
    20011: 200.0,
}
NON_STORE_ORDERS = 4.0
AVERAGE_ORDER_VALUE = 4.65  # USD, the flagship's last
MATURING_DAYS = 30.0
WEEKDAY_ORDERS = np.array([785, 810, 798, 792, 725, 620, 580], dtype=float)  # Monday first

OWN_NOISE = 0.085
SHARED_NOISE = 0.085
SHARED_LAG_1 = 0.2
ORDER_VALUE_NOISE = 0.02

UNUSED_SHARE = 0.058  # goods of a store that nobody uses on a day: predicted, not consumed
QUANTITY_NOISE = 0.45

HORIZON_DAYS = (HORIZON_END - HORIZON_START).days + 1


@dataclass(frozen=True)
class Consumption:
    """What one site used of each goods on one day.

    Attributes:
        units: quantity in ten-thousandths that is, or would have been, used.
        used: whether it was used at all.
        volume: the quantity in usual orders of the goods, free of the day's noise in orders:
            what makes it easy or hard to predict.
    """

    units: Ints
    used: Bools
    volume: Floats


def apportion(total: int, weights: Floats) -> Ints:
    """Split a whole number into whole parts proportional to weights, adding up exactly."""
    shares = total * weights / weights.sum()
    parts: Ints = np.floor(shares).astype(np.int64)
    missing = total - int(parts.sum())
    parts[np.argsort(parts - shares, kind="stable")[:missing]] += 1
    return parts


class Demand:
    """Daily orders and revenue of every site over the whole horizon."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._series: dict[int, tuple[Ints, Ints]] = {}
        self._without_noise: dict[int, Floats] = {}
        self._weekdays = (HORIZON_START.weekday() + np.arange(HORIZON_DAYS)) % 7
        self._profile = WEEKDAY_ORDERS[self._weekdays] / WEEKDAY_ORDERS.mean()
        shocks = generator(seed, "shared").standard_normal(HORIZON_DAYS)
        shared = shocks.copy()
        for day in range(1, HORIZON_DAYS):
            shared[day] = (
                SHARED_LAG_1 * shared[day - 1] + np.sqrt(1 - SHARED_LAG_1**2) * shocks[day]
            )
        self._shared = SHARED_NOISE * shared

    def orders(self, site: Site, day: Day) -> int:
        """Return the valid orders of a site on a day."""
        return int(self._of(site)[0][day.ordinal])

    def revenue_cents(self, site: Site, day: Day) -> int:
        """Return the revenue of the valid orders of a site on a day, in cents."""
        return int(self._of(site)[1][day.ordinal])

    def consumption(self, site: Site, day: Day) -> Consumption:
        """Return what the site used of each goods on a day."""
        goods = load_goods()
        rng = generator(self._seed, "consumption", site.slot, day.ordinal)
        noise = np.exp(QUANTITY_NOISE * rng.standard_normal(len(goods.codes)))
        units = np.rint(self.orders(site, day) * goods.usage * noise * UNITS).astype(np.int64)
        used = rng.random(len(goods.codes)) >= UNUSED_SHARE
        volume = noise * self._expected(site)[day.ordinal]
        return Consumption(np.maximum(units, UNITS), used, volume)

    def _of(self, site: Site) -> tuple[Ints, Ints]:
        if site.slot not in self._series:
            self._series[site.slot] = self._simulate(site)
        return self._series[site.slot]

    def _simulate(self, site: Site) -> tuple[Ints, Ints]:
        """Return orders and revenue in cents for every day of the horizon."""
        rng = generator(self._seed, "own", site.slot)
        noise = OWN_NOISE * rng.standard_normal(HORIZON_DAYS) + self._shared
        order_value = np.exp(ORDER_VALUE_NOISE * rng.standard_normal(HORIZON_DAYS))
        expected = self._expected(site) * np.exp(noise)
        orders = np.maximum(np.rint(expected), 1).astype(np.int64)
        revenue = np.rint(100 * AVERAGE_ORDER_VALUE * order_value * orders).astype(np.int64)
        if site.model_dept == FLAGSHIP:
            for first, last, total_orders, total_revenue in FLAGSHIP_HISTORY:
                days = slice((first - HORIZON_START).days, (last - HORIZON_START).days + 1)
                orders[days] = apportion(total_orders, expected[days])
                weights = orders[days].astype(float) * order_value[days]
                revenue[days] = apportion(total_revenue * 100, weights)
        return orders, revenue

    def _expected(self, site: Site) -> Floats:
        """Return the orders of every day of the horizon without noise."""
        if site.slot not in self._without_noise:
            self._without_noise[site.slot] = self._level(site) * self._profile
        return self._without_noise[site.slot]

    def _level(self, site: Site) -> Floats:
        """Return the expected orders of an average weekday for every day of the horizon."""
        if not site.is_store:
            return np.full(HORIZON_DAYS, NON_STORE_ORDERS)
        day = np.arange(HORIZON_DAYS, dtype=float)
        if site.model_dept == FLAGSHIP:
            middles = [
                ((first - HORIZON_START).days + (last - HORIZON_START).days) / 2
                for first, last, _, _ in FLAGSHIP_HISTORY
            ]
            daily = [
                orders / ((last - first).days + 1) for first, last, orders, _ in FLAGSHIP_HISTORY
            ]
            level: Floats = np.interp(day, middles, daily)
            return level
        age = np.maximum(day - (site.open_date - HORIZON_START).days, 0)
        maturity: Floats = 1 - 0.5 * np.exp(-age / MATURING_DAYS)
        # A store the seed gained since these levels were set is an average one.
        usual = float(np.mean(list(MATURE_ORDERS.values())))
        maturity *= MATURE_ORDERS.get(site.model_dept, usual)
        return maturity
