"""Every store mart on every engine against the oracle, and the engines against each other."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

import pandas as pd
import pytest

from tests.python.marts.compare_tables import assert_tables_equal
from tests.python.marts.conftest import ENGINES, NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse
from tests.python.oracle import assert_same
from tests.python.oracle.store import STORE_MART_SCHEMAS, expected_store_marts
from tests.python.oracle.store.network import write_seeds
from tests.python.oracle.store.random_case import StoreCase, random_store_case

SEEDS = PROJECT_ROOT / "seeds"
SEED = 1


def windows(coverage: Collection[tuple[str, date]]) -> dict[str, list[tuple[date, date]]]:
    """Return the windows of load steps that cover pairs of feed and date, and nothing else."""
    found: dict[str, list[tuple[date, date]]] = {}
    for feed, day in sorted(coverage):
        of_feed = found.setdefault(feed, [])
        if of_feed and of_feed[-1][1] == day - timedelta(days=1):
            of_feed[-1] = (of_feed[-1][0], day)
        else:
            of_feed.append((day, day))
    return found


class Builder:
    """Builds the random case once per engine, however many tests look at it."""

    def __init__(self, new_warehouse: NewWarehouse) -> None:
        """Draw the case."""
        self.new_warehouse = new_warehouse
        self.case: StoreCase = random_store_case(SEED)
        self.built: dict[str, Warehouse] = {}
        self.expected: dict[str, pd.DataFrame] = {}

    def __call__(self, engine: str) -> Warehouse:
        """Return the warehouse on an engine, building it the first time."""
        if engine not in self.built:
            warehouse = self.new_warehouse(engine, "store")
            write_seeds(SEEDS, warehouse.folder / "seeds")
            warehouse.load(self.case.raw, windows(self.case.coverage))
            warehouse.build(self.case.as_of)
            self.built[engine] = warehouse
        return self.built[engine]

    def mart(self, name: str, warehouse: Warehouse) -> pd.DataFrame:
        """Return what a mart must hold."""
        if not self.expected:
            self.expected = expected_store_marts(
                self.case.raw, warehouse.folder / "seeds", self.case.coverage, self.case.as_of
            )
        return self.expected[name]


@pytest.fixture(scope="module")
def built(new_warehouse: NewWarehouse) -> Builder:
    """Return the case of this module."""
    return Builder(new_warehouse)


@pytest.mark.parametrize("mart", STORE_MART_SCHEMAS)
def test_store_mart_equals_oracle(built: Builder, engine: str, mart: str) -> None:
    """Every row and column of a mart is what Python makes of the same raw rows."""
    warehouse = built(engine)
    assert_same(warehouse.read(mart), built.mart(mart, warehouse), STORE_MART_SCHEMAS[mart], mart)


@pytest.mark.parametrize("engine_on_server", ENGINES[1:])
def test_engines_agree_on_every_store_table(built: Builder, engine_on_server: str) -> None:
    """Every table that dbt builds holds the same rows on DuckDB and on the server engines."""
    assert_tables_equal(built("duckdb"), built(engine_on_server))
