"""Peer groups of mature stores, one of which drops on a known day.

A group of `stores_per_group` stores has a weekday profile, log noise of each store, and log noise
that all of them share. Its random numbers depend on the seed and the number of the group alone:
the same group is the same in every scenario but for the drop, any range of groups can be made
without the others, and a range in parts equals the whole.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from dev.detection.noise import autoregressive
from dev.detection.parameters import Network, load_network
from dev.sample.columns import Floats
from dev.sample.randomness import generator

MOST_GROUPS = 100_000


@dataclass(frozen=True)
class Scenario:
    """What happens to the first store of every group from the first judged day on.

    Attributes:
        code: at most 6 characters; begins the names of its stores and groups.
        drop: share of the level that is lost at once, 0 or more and below 1.
        per_day: share of the first level that is lost on each of the first `days` days.
        days: how long the slow decline lasts; 0 for a sudden drop.
    """

    code: str
    drop: float = 0.0
    per_day: float = 0.0
    days: int = 0

    @property
    def is_control(self) -> bool:
        """Whether nothing happens."""
        return self.drop == 0 and self.days == 0

    def log_change(self, days: int) -> Floats:
        """Return the change of the log level on the first so many days."""
        lost = self.drop + self.per_day * np.minimum(np.arange(1, days + 1), self.days)
        change: Floats = np.log1p(-lost)
        return change


@dataclass(frozen=True)
class Plan:
    """How long a network is simulated, and from which seed.

    Attributes:
        seed: 0 or more; tune on one, confirm on others.
        warm_up_days: days before the first judged one. The default method is at its full
            frames after 196 days: ten weeks of the weekday mean, 98 days of residuals at most,
            28 days of the CUSUM.
        judged_days: days on which alerts count.
        first_date: date of the first row, which is also the opening date of every store.
        own_lag_1: correlation of a store's own noise of neighbouring days.
    """

    seed: int
    warm_up_days: int = 203
    judged_days: int = 365
    first_date: date = date(2024, 1, 1)
    own_lag_1: float = 0.0

    @property
    def days(self) -> int:
        """Days in all."""
        return self.warm_up_days + self.judged_days

    @property
    def judged_from(self) -> date:
        """First judged day: day 1 of a drop."""
        return self.first_date + timedelta(days=self.warm_up_days)

    @property
    def judged_to(self) -> date:
        """Last judged day."""
        return self.first_date + timedelta(days=self.days - 1)


CONTROL = Scenario("C")


def scenarios(drops: tuple[float, ...] = (0.10, 0.15, 0.20, 0.30, 0.50)) -> list[Scenario]:
    """Return a sudden drop of each size and the slow decline of `network.csv`.

    Args:
        drops: shares of the level, in whole per cent.
    """
    network = load_network()
    sudden = [Scenario(f"D{round(100 * drop):02d}", drop=drop) for drop in drops]
    return [
        *sudden,
        Scenario("SLOW", per_day=network.decline_per_day, days=network.decline_days),
    ]


def revenue_frame(plan: Plan, scenario: Scenario, groups: range) -> pd.DataFrame:
    """Simulate revenue.

    Args:
        plan: seed and length.
        scenario: what happens to the first store of every group.
        groups: numbers of the groups, each from 0 and below 100,000.

    Returns:
        One row per store and day, by group, store and day: shop_no, peer_group, metric_date
        (datetime64) and revenue in USD, rounded to cents. Names are unique over scenarios.
    """
    frame = calendar_frame(plan, scenario, groups)
    frame["revenue"] = revenue(plan, scenario, groups).round(2).ravel()
    return frame


def truth_frame(plan: Plan, scenario: Scenario, groups: range) -> pd.DataFrame:
    """Say which stores of a simulation are judged, and what is true of them.

    Returns:
        One row per judged store, all stores of a control and the first of every group
        otherwise: shop_no, peer_group, scenario, judged_from, judged_to, and dropped_on, which is
        judged_from, or missing in a control.
    """
    stores = load_network().stores_per_group if scenario.is_control else 1
    judged = [
        (shop_no(scenario, group, store), group) for group in groups for store in range(stores)
    ]
    return pd.DataFrame(
        {
            "shop_no": [shop for shop, _ in judged],
            "peer_group": [peer_group(scenario, group) for _, group in judged],
            "scenario": scenario.code,
            "judged_from": pd.Timestamp(plan.judged_from),
            "judged_to": pd.Timestamp(plan.judged_to),
            "dropped_on": pd.NaT if scenario.is_control else pd.Timestamp(plan.judged_from),
        }
    )


def calendar_frame(plan: Plan, scenario: Scenario, groups: range) -> pd.DataFrame:
    """Return the rows of a simulation without their measures: shop_no, peer_group, metric_date."""
    stores = load_network().stores_per_group
    dates = pd.date_range(plan.first_date, periods=plan.days, unit="s")
    shops = [shop_no(scenario, group, store) for group in groups for store in range(stores)]
    peers = [peer_group(scenario, group) for group in groups]
    return pd.DataFrame(
        {
            "shop_no": pd.Categorical.from_codes(
                np.repeat(np.arange(len(shops)), plan.days), pd.Index(shops)
            ),
            "peer_group": pd.Categorical.from_codes(
                np.repeat(np.arange(len(peers)), stores * plan.days), pd.Index(peers)
            ),
            "metric_date": np.tile(dates.to_numpy(), len(shops)),
        }
    )


def revenue(plan: Plan, scenario: Scenario, groups: range) -> Floats:
    """Return revenue in USD, unrounded, of shape (groups, stores, days)."""
    network = load_network()
    levels = network.revenue_per_day * weekday_profile(network, plan.first_date, plan.days)
    log_noise = revenue_noise(plan, groups)
    log_noise[:, 0, plan.warm_up_days :] += scenario.log_change(plan.judged_days)
    amounts: Floats = levels * np.exp(log_noise)
    return amounts


def revenue_noise(plan: Plan, groups: range) -> Floats:
    """Return the log noise of revenue, own and shared, of shape (groups, stores, days)."""
    network = load_network()
    shape = (network.stores_per_group, plan.days)
    own = autoregressive(normal(plan.seed, "own", groups, shape), plan.own_lag_1)
    shared = autoregressive(
        normal(plan.seed, "shared", groups, (1, plan.days)), network.shared_lag_1
    )
    noise: Floats = network.own_sd * own + network.shared_sd * shared
    return noise


def normal(seed: int, purpose: str, groups: range, shape: tuple[int, int]) -> Floats:
    """Return standard normal numbers of shape (groups, *shape), each group from its own stream."""
    return np.stack([generator(seed, purpose, group).standard_normal(shape) for group in groups])


def weekday_profile(network: Network, first_date: date, days: int) -> Floats:
    """Return the weight of each day's weekday, of mean 1 over a week."""
    profile: Floats = network.weekday_weights[(first_date.weekday() + np.arange(days)) % 7]
    return profile


def shop_no(scenario: Scenario, group: int, store: int) -> str:
    """Return the name of a store, at most 16 characters and unique over scenarios."""
    return f"{peer_group(scenario, group)}-{store:02d}"


def peer_group(scenario: Scenario, group: int) -> str:
    """Return the name of a peer group, unique over scenarios.

    Raises:
        ValueError: a number that the names have no room for.
    """
    if not 0 <= group < MOST_GROUPS:
        raise ValueError(f"group {group} is not between 0 and {MOST_GROUPS - 1}")
    return f"{scenario.code}-{group:05d}"
