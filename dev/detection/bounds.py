"""How fast any method could be, at a given rate of false alarms.

Let a rule raise a false alarm once in ARL0 days on average. To find a shift of a normal mean by
delta standard deviations it then needs `ln(ARL0) / KL` days on average, to first order in a large
ARL0 and in the worst case over what happened before; KL = delta² / 2 is what one day tells about
the shift (Lorden 1971; the CUSUM reaches it, Moustakides 1986). What lies between a method and
the bound is what the method could still gain. Terms that do not grow with ARL0 are left out, so
a mean over ordinary days can lie a little below it where ARL0 or the shift is small.
"""

import math
from dataclasses import dataclass

import numpy as np

from dev.detection.parameters import load_network

DAYS_PER_YEAR = 365.25
CENTER_WEEKS = 8  # days in the weekday mean of dow_adjusted


@dataclass(frozen=True)
class Bound:
    """The bound for one size of drop.

    Attributes:
        drop: share of the level that is lost.
        own_delta: size of the drop in standard deviations of the store's own noise, as if the
            store's level and what is shared were known.
        own_days: bound in days at that size.
        adjusted_delta: size in standard deviations of the adjusted residual, which holds the
            errors of the weekday mean and of the peer term.
        adjusted_days: bound in days at that size.
    """

    drop: float
    own_delta: float
    own_days: float
    adjusted_delta: float
    adjusted_days: float


def bounds(drops: tuple[float, ...], false_per_store_year: float) -> list[Bound]:
    """Return the bound for each size of drop in the networks of `network.csv`.

    Args:
        drops: shares of the level, above 0 and below 1.
        false_per_store_year: false alarms per store and year that are allowed.
    """
    own_sd = load_network().own_sd
    adjusted_sd = adjusted_residual_sd(own_sd, load_network().stores_per_group - 1)
    run_length = DAYS_PER_YEAR / false_per_store_year
    found = []
    for drop in drops:
        own, adjusted = standardised(drop, own_sd), standardised(drop, adjusted_sd)
        found.append(
            Bound(
                drop, own, bound_days(run_length, own), adjusted, bound_days(run_length, adjusted)
            )
        )
    return found


def bound_days(run_length: float, delta: float) -> float:
    """Return `ln(ARL0) / KL` in days.

    Args:
        run_length: ARL0, mean days between false alarms, above 1.
        delta: shift in standard deviations, not 0.
    """
    return math.log(run_length) / kl_divergence(delta)


def kl_divergence(delta: float) -> float:
    """Return what one day tells, in nats, about a normal mean shifted by delta deviations."""
    return delta**2 / 2


def standardised(drop: float, sd: float) -> float:
    """Return the size of a drop in standard deviations of log noise."""
    return abs(math.log1p(-drop)) / sd


def adjusted_residual_sd(own_sd: float, peers: int) -> float:
    """Return the standard deviation of the adjusted residual in a network without trend.

    A deviation from the weekday mean has the variance of a day and of the mean; what is shared
    leaves with the peer term; the median of the peers' deviations adds its own variance.

    Args:
        own_sd: standard deviation of a store's own log noise.
        peers: other stores in the peer group, an odd number.
    """
    return own_sd * math.sqrt((1 + 1 / CENTER_WEEKS) * (1 + median_variance(peers)))


def median_variance(n: int) -> float:
    """Return the variance of the median of n independent standard normal values.

    Args:
        n: an odd number; 1 gives 1, 9 gives 0.166, and many give π / 2n.

    Raises:
        ValueError: n is even or not positive.
    """
    if n < 1 or n % 2 == 0:
        raise ValueError(f"n is {n}, it must be odd")
    step = 1e-3
    value = np.arange(-8, 8, step)
    below = np.array([math.erfc(-x / math.sqrt(2)) / 2 for x in value])
    half = (n - 1) // 2
    ways = math.factorial(n) / math.factorial(half) ** 2
    density = (
        ways * (below * (1 - below)) ** half * np.exp(-(value**2) / 2) / math.sqrt(2 * math.pi)
    )
    return float((value**2 * density).sum() * step)
