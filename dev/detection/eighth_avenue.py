"""Daily histories of the flagship's decline, each exact to the monthly sums of the case study.

A history has a linear level through the middles of the months, flat before the first and after
the last, the weekday profile and the noise of `networks`; every month is then rescaled, to the
cent. Its peers open when the roster says. The chain's growth is not in the case study, so it comes
in three variants.
"""

from datetime import date

import numpy as np
import pandas as pd

from dev.detection.networks import normal, weekday_profile
from dev.detection.noise import autoregressive
from dev.detection.parameters import load_network
from dev.sample.columns import Floats
from dev.sample.demand import FLAGSHIP, FLAGSHIP_HISTORY, apportion
from dev.sample.stores import roster

FIRST_DATE, LAST_DATE = date(2025, 6, 30), date(2026, 1, 31)
# First and last day and revenue in USD: the opening day and the whole months of the case study.
PERIODS = tuple(
    (first, last, revenue) for first, last, _, revenue in FLAGSHIP_HISTORY if last <= LAST_DATE
)
DAYS = (LAST_DATE - FIRST_DATE).days + 1
VARIANTS = ("maturing", "flat", "growing")


def stores_frame(variant: str, histories: range) -> pd.DataFrame:
    """Return the stores of the histories, for a store seed.

    Args:
        variant: one of `VARIANTS`.
        histories: numbers of the histories.

    Returns:
        One row per history and store that opens by the last date: shop_no, peer_group (one per
        history), open_date, is_flagship.
    """
    rows = [
        {
            "shop_no": _shop_no(variant, history, site),
            "peer_group": _group(variant, history),
            "open_date": pd.Timestamp(opened),
            "is_flagship": site == 0,
        }
        for history in histories
        for site, opened in enumerate(_openings())
    ]
    return pd.DataFrame(rows)


def revenue_frame(seed: int, variant: str, histories: range) -> pd.DataFrame:
    """Simulate the flagship and its peers from the opening to 31 January 2026.

    Args:
        seed: 0 or more; the same history has the same noise in every variant.
        variant: `maturing`: peers open at `opening_share` of their level and close the gap
            exponentially; `flat`: they are at their level from the first day; `growing`: the level
            of all of them rises by `peer_growth` in equal daily steps over the whole period.
        histories: numbers of the histories, each from 0.

    Returns:
        One row per store and day from its opening: shop_no, peer_group, metric_date, revenue in
        USD and whole cents.

    Raises:
        ValueError: an unknown variant.
    """
    if variant not in VARIANTS:
        raise ValueError(f"variant {variant} is not one of {VARIANTS}")
    openings = _openings()
    dates = pd.date_range(FIRST_DATE, periods=DAYS, unit="s").to_numpy()
    parts = []
    for history, noise in zip(histories, _noise(seed, histories, len(openings)), strict=True):
        amounts = [flagship_revenue(noise[0])]
        amounts += [
            peer_revenue(variant, opened, log_noise)
            for opened, log_noise in zip(openings[1:], noise[1:], strict=True)
        ]
        for site, (opened, amount) in enumerate(zip(openings, amounts, strict=True)):
            closed_days = (opened - FIRST_DATE).days
            parts.append(
                pd.DataFrame(
                    {
                        "shop_no": _shop_no(variant, history, site),
                        "peer_group": _group(variant, history),
                        "metric_date": dates[closed_days:],
                        "revenue": amount[closed_days:],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def flagship_revenue(log_noise: Floats) -> Floats:
    """Return the flagship's daily revenue, whose periods add up to the case study exactly.

    Args:
        log_noise: log noise of every day from 30 June 2025 to 31 January 2026.

    Returns:
        USD in whole cents.
    """
    expected = _flagship_level() * _profile() * np.exp(log_noise)
    cents = np.empty(DAYS, dtype=np.int64)
    for first, last, total in PERIODS:
        days = slice((first - FIRST_DATE).days, (last - FIRST_DATE).days + 1)
        cents[days] = apportion(100 * total, expected[days])
    amounts: Floats = cents / 100
    return amounts


def peer_revenue(variant: str, opened: date, log_noise: Floats) -> Floats:
    """Return a peer's daily revenue; what lies before its opening is not to be used.

    Args:
        variant: one of `VARIANTS`, as for `revenue_frame`.
        opened: opening date.
        log_noise: log noise of every day.

    Returns:
        USD in whole cents.
    """
    network = load_network()
    day = np.arange(DAYS)
    level = np.ones(DAYS)
    if variant == "maturing":
        age = np.maximum(day - (opened - FIRST_DATE).days, 0)
        level = 1 - (1 - network.opening_share) * np.exp(-age / network.maturing_days)
    if variant == "growing":
        level = 1 + network.peer_growth * day / (DAYS - 1)
    amounts: Floats = (network.revenue_per_day * level * _profile() * np.exp(log_noise)).round(2)
    return amounts


def _noise(seed: int, histories: range, stores: int) -> Floats:
    network = load_network()
    own = normal(seed, "eighth avenue own", histories, (stores, DAYS))
    shocks = normal(seed, "eighth avenue shared", histories, (1, DAYS))
    shared = autoregressive(shocks, network.shared_lag_1)
    noise: Floats = network.own_sd * own + network.shared_sd * shared
    return noise


def _flagship_level() -> Floats:
    """Return the level without noise: linear between the middles of the months."""
    months = [period for period in PERIODS if period[1] > period[0]]
    middles = [
        ((first - FIRST_DATE).days + (last - FIRST_DATE).days) / 2 for first, last, _ in months
    ]
    daily = [total / ((last - first).days + 1) for first, last, total in months]
    return np.interp(np.arange(DAYS), middles, daily)


def _profile() -> Floats:
    return weekday_profile(load_network(), FIRST_DATE, DAYS)


def _openings() -> list[date]:
    """Return opening dates, the flagship's first, then its peers' that open by the last date."""
    sites = sorted(
        (site for site in roster() if site.open_date <= LAST_DATE),
        key=lambda site: site.dept_id != FLAGSHIP,
    )
    return [site.open_date for site in sites]


def _group(variant: str, history: int) -> str:
    return f"A{VARIANTS.index(variant)}-{history:05d}"


def _shop_no(variant: str, history: int, site: int) -> str:
    return f"{_group(variant, history)}-{site:02d}"
