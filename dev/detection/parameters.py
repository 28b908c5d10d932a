"""The generator's parameters, read from the two csv files beside this module."""

import csv
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np

from dev.sample.columns import Floats

NETWORK_CSV = Path(__file__).with_name("network.csv")
QUANTITIES_CSV = Path(__file__).with_name("quantities.csv")

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DISTRIBUTIONS = ("constant", "log_normal", "rounded_log_normal", "poisson", "binomial")


@dataclass(frozen=True)
class Network:
    """Levels, noise and sizes of a simulated network.

    Attributes:
        weekday_weights: seven weights from Monday, of mean 1.
        stores_per_group: stores of every peer group.
        revenue_per_day: level of a mature store, USD.
        own_sd: standard deviation of the log noise of one store.
        shared_sd: standard deviation of the log noise that a group shares on a day.
        shared_lag_1: correlation of the shared noise of neighbouring days.
        hourly_capacity: orders a store can make in an hour.
        shift_sigmas: size of the shift of a KPI, in standard deviations of its own noise.
        decline_per_day: share of the first level that a slow decline takes every day.
        decline_days: days that it lasts.
        opening_share: share of its level at which a peer opens (8th Avenue).
        maturing_days: days in which it closes the gap by 1/e.
        peer_growth: what growing peers gain over the whole period.
    """

    weekday_weights: Floats
    stores_per_group: int
    revenue_per_day: float
    own_sd: float
    shared_sd: float
    shared_lag_1: float
    hourly_capacity: float
    shift_sigmas: float
    decline_per_day: float
    decline_days: int
    opening_share: float
    maturing_days: float
    peer_growth: float


@dataclass(frozen=True)
class Quantity:
    """How one daily quantity of a store is drawn.

    Attributes:
        name: what later rows and the KPIs call it.
        distribution: one of `DISTRIBUTIONS`.
        multiplies: an earlier quantity, or revenue, that the mean is per unit of; for a binomial
            quantity, its trials. Empty for a quantity that stands alone.
        mean: median of the factor (log-normal), rate (Poisson), chance (binomial) or the value.
        own_sd: standard deviation of log noise of each store, independent.
        shared_sd: standard deviation of log noise that the group shares on a day.
    """

    name: str
    distribution: str
    multiplies: str
    mean: float
    own_sd: float
    shared_sd: float


@cache
def load_network() -> Network:
    """Read the network's parameters.

    Raises:
        ValueError: a parameter is missing, unknown or stands in the file twice.
    """
    return parse_network(_rows(NETWORK_CSV))


def parse_network(rows: list[dict[str, str]]) -> Network:
    """Turn rows of `network.csv` into the network's parameters.

    Args:
        rows: one dictionary per line, by column name.

    Raises:
        ValueError: a parameter is missing, unknown or stands there twice.
    """
    values = {row["parameter"]: float(row["value"]) for row in rows}
    whole = [field.name for field in fields(Network) if field.type is int]
    expected = {*WEEKDAYS, *(field.name for field in fields(Network))} - {"weekday_weights"}
    if len(values) < len(rows) or set(values) != expected:
        wrong = set(values) ^ expected or "a parameter that stands there twice"
        raise ValueError(f"{NETWORK_CSV.name}: {wrong}")
    weights = np.array([values.pop(weekday) for weekday in WEEKDAYS])
    counts = {name: int(values.pop(name)) for name in whole}
    return Network(weights / weights.mean(), **counts, **values)  # type: ignore[arg-type]


@cache
def load_quantities() -> tuple[Quantity, ...]:
    """Read how the quantities behind the KPIs are drawn, in the file's order.

    Raises:
        ValueError: an unknown distribution, or a quantity that multiplies a later one.
    """
    return parse_quantities(_rows(QUANTITIES_CSV))


def parse_quantities(rows: list[dict[str, str]]) -> tuple[Quantity, ...]:
    """Turn rows of `quantities.csv` into quantities.

    Args:
        rows: one dictionary per line, by column name.

    Raises:
        ValueError: an unknown distribution, or a quantity that multiplies a later one.
    """
    known = {"revenue"}
    quantities = []
    for row in rows:
        name, base = row["quantity"], row["multiplies"]
        if row["distribution"] not in DISTRIBUTIONS:
            raise ValueError(
                f"{name}: distribution {row['distribution']} is not one of {DISTRIBUTIONS}"
            )
        if base and base not in known:
            raise ValueError(f"{name}: multiplies {base}, which no row above it draws")
        known.add(name)
        quantities.append(
            Quantity(
                name,
                row["distribution"],
                base,
                float(row["mean"]),
                float(row["own_sd"]),
                float(row["shared_sd"]),
            )
        )
    return tuple(quantities)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
