"""Files of parameters are read whole or refused with the row's name."""

import csv

import pytest

from dev.detection.parameters import (
    NETWORK_CSV,
    load_network,
    load_quantities,
    parse_network,
    parse_quantities,
)


def rows_of_network() -> list[dict[str, str]]:
    """Return the rows of network.csv."""
    with NETWORK_CSV.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def quantity(**changes: str) -> dict[str, str]:
    """Return a row of quantities.csv that is right but for the changes."""
    row = {"quantity": "tasks", "distribution": "poisson", "multiplies": "", "mean": "12"}
    return {**row, "own_sd": "0", "shared_sd": "0", **changes}


def test_network_is_the_defined_one() -> None:
    """Ten stores, 8.5 % noise of each kind, correlation 0.2, the profile from Monday."""
    network = load_network()
    assert network.stores_per_group == 10
    assert (network.own_sd, network.shared_sd, network.shared_lag_1) == (0.085, 0.085, 0.2)
    profile = [785, 810, 798, 792, 725, 620, 580]
    mean = sum(profile) / 7
    assert network.weekday_weights.tolist() == pytest.approx([day / mean for day in profile])


def test_missing_unknown_and_repeated_parameters_are_refused() -> None:
    """The message names the parameter."""
    rows = rows_of_network()
    with pytest.raises(ValueError, match="stores_per_group"):
        parse_network(rows[1:])
    with pytest.raises(ValueError, match="moons"):
        parse_network([*rows, {"parameter": "moons", "value": "1"}])
    with pytest.raises(ValueError, match="twice"):
        parse_network([*rows, rows[0]])


def test_shifts_and_tasks_are_as_many_as_defined() -> None:
    """22 shifts and 12 tasks a day, late arrivals and expiry as Poisson counts."""
    drawn = {quantity.name: quantity for quantity in load_quantities()}
    assert drawn["scheduled_shifts"].mean == 22
    assert drawn["created_tasks"].mean == 12
    assert drawn["late_arrivals"].distribution == drawn["expired_units"].distribution == "poisson"


def test_unknown_distribution_is_refused() -> None:
    """The message names the row and the distribution."""
    with pytest.raises(ValueError, match="tasks: distribution cauchy"):
        parse_quantities([quantity(distribution="cauchy")])


def test_a_quantity_multiplies_only_what_is_above_it() -> None:
    """Revenue and earlier rows may be multiplied; later ones may not."""
    done = quantity(quantity="done", distribution="binomial", multiplies="tasks", mean="0.9")
    assert [row.name for row in parse_quantities([quantity(), done])] == ["tasks", "done"]
    with pytest.raises(ValueError, match="done: multiplies tasks"):
        parse_quantities([done, quantity()])
