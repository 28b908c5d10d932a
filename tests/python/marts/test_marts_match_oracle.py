"""Every mart on every engine against the pandas oracle, and the engines against each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import pytest

from tests.python.marts.compare_tables import assert_tables_equal
from tests.python.marts.conftest import ENGINES, NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse
from tests.python.oracle import MART_SCHEMAS, assert_same, expected_marts
from tests.python.oracle.random_data import AUTUMN, SPRING, random_case
from tests.python.oracle.random_stores import write_seeds

SEEDS = PROJECT_ROOT / "seeds"
CASES = {"spring": (1, SPRING), "autumn": (2, AUTUMN)}


@dataclass(frozen=True)
class BuiltCase:
    """One random case, built, and what must have come out of it."""

    warehouse: Warehouse
    expected: dict[str, pd.DataFrame]


class Builder:
    """Builds each case once per engine, however many tests look at it."""

    def __init__(self, new_warehouse: NewWarehouse) -> None:
        """Remember how warehouses are made."""
        self.new_warehouse = new_warehouse
        self.built: dict[tuple[str, str], BuiltCase] = {}

    def __call__(self, engine: str, name: str) -> BuiltCase:
        """Return the case on the engine, building it the first time."""
        if (engine, name) not in self.built:
            seed, calendar = CASES[name]
            case = random_case(seed, SEEDS, calendar)
            warehouse = self.new_warehouse(engine, "forecast")
            write_seeds(SEEDS, warehouse.folder / "seeds", case.first_date)
            warehouse.load(case.raw)
            warehouse.build(case.as_of)
            expected = expected_marts(case.raw, warehouse.folder / "seeds", case.as_of)
            self.built[engine, name] = BuiltCase(warehouse, expected)
        return self.built[engine, name]


@pytest.fixture(scope="module")
def built(new_warehouse: NewWarehouse) -> Builder:
    """Return the cases of this module."""
    return Builder(new_warehouse)


@pytest.mark.parametrize("mart", MART_SCHEMAS)
@pytest.mark.parametrize("name", CASES)
def test_mart_equals_oracle(built: Builder, engine: str, name: str, mart: str) -> None:
    """Every row and column of a mart is what pandas makes of the same raw rows."""
    case = built(engine, name)
    assert_same(case.warehouse.read(mart), case.expected[mart], MART_SCHEMAS[mart], mart)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("engine_on_server", ENGINES[1:])
def test_engines_agree_on_every_table(built: Builder, engine_on_server: str, name: str) -> None:
    """Every table that dbt builds holds the same rows on DuckDB and on the server engines."""
    assert_tables_equal(built("duckdb", name).warehouse, built(engine_on_server, name).warehouse)


def test_the_case_holds_every_alert(built: Builder) -> None:
    """The random case means something: each family opens, escalates, closes and is suppressed."""
    alerts = built("duckdb", "spring").expected["forecast_alerts"]
    assert set(alerts["family"]) == {"mape", "bias", "coverage", "drift"}
    assert {"open", "closed", "suppressed"} <= set(alerts["status"])
    assert any(isinstance(day, date) for day in alerts["escalated_on"])
