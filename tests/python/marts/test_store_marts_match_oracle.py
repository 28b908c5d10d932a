"""Every store mart on every engine against the oracle, and the engines against each other."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.python.marts.compare_tables import assert_tables_equal
from tests.python.marts.conftest import ENGINES, NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse, windows
from tests.python.oracle import assert_same
from tests.python.oracle.store import STORE_MART_SCHEMAS
from tests.python.oracle.store.network import write_seeds
from tests.python.oracle.store.random_case import StoreCase, feedback_for, random_store_case
from tests.python.oracle.store.reference import StoreResults, store_results
from tests.python.oracle.store.seeds import read_store_seeds

SEEDS = PROJECT_ROOT / "seeds"
SEED = 1


class Builder:
    """Builds the random case once per engine, however many tests look at it."""

    def __init__(self, new_warehouse: NewWarehouse) -> None:
        """Draw the case."""
        self.new_warehouse = new_warehouse
        self.case: StoreCase = random_store_case(SEED)
        self.built: dict[str, Warehouse] = {}
        self.expected: dict[str, pd.DataFrame] = {}
        self._results: StoreResults | None = None

    def __call__(self, engine: str) -> Warehouse:
        """Return the warehouse on an engine, building it the first time."""
        if engine not in self.built:
            warehouse = self.new_warehouse(engine, "store")
            write_seeds(SEEDS, warehouse.folder / "seeds")
            warehouse.load(self.case.raw, windows(self.case.coverage))
            warehouse.build(self.case.as_of)
            self.built[engine] = warehouse
        return self.built[engine]

    def results(self, warehouse: Warehouse) -> StoreResults:
        """Return what follows from the case, before people say anything."""
        if self._results is None:
            seeds = read_store_seeds(warehouse.folder / "seeds")
            self._results = store_results(self.case.raw, seeds, self.case.coverage, self.case.as_of)
        return self._results

    def mart(self, name: str, warehouse: Warehouse) -> pd.DataFrame:
        """Return what a mart must hold."""
        if not self.expected:
            self.expected = self.results(warehouse).marts()
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


def test_feedback_reaches_its_alert(built: Builder, engine: str) -> None:
    """What people say of an alert, or of an earlier form of it, shows in status and verdict."""
    warehouse, results = built(engine), built.results(built(engine))
    said, seen = feedback_for(results.alerts())
    for one in said:
        until = f"'{one.snoozed_until}'" if one.snoozed_until else "null"
        warehouse.execute(
            "insert into alert_feedback (alert_id, action, given_at, snoozed_until)"
            f" values ('{one.alert_id}', '{one.action}', '{one.given_at}', {until})"
        )
    for old in seen:
        entity_type = "peer_group" if old.family == "peer_group" else "store"
        warehouse.execute(
            "insert into alert_registry"
            " (alert_id, family, entity_type, shop_no, dimension, opened_on, last_seen_on)"
            f" values ('{old.alert_id}', '{old.family}', '{entity_type}', '{old.shop_no}',"
            f" '{old.dimension}', '{old.opened_on}', '{old.last_seen_on}')"
        )
    warehouse.build(built.case.as_of, "--select", "int_store__alert_feedback+")

    expected = results.alerts(said, seen)
    alerts = warehouse.read("store_alerts")
    assert_same(alerts, expected, STORE_MART_SCHEMAS["store_alerts"], "store_alerts")
    assert set(alerts["status"]) == {"open", "acknowledged", "snoozed", "closed"}
    called_false = warehouse.query("select sum(n_false_positives) from store_alert_precision")
    assert called_false.iloc[0, 0] == sum(expected["verdict"] == "false_positive") > 0

    # The other tests of this module read the warehouse without feedback, in whatever order.
    warehouse.execute("delete from alert_feedback")
    for old in seen:
        warehouse.execute(f"delete from alert_registry where alert_id = '{old.alert_id}'")
    warehouse.build(built.case.as_of, "--select", "int_store__alert_feedback+")


@pytest.mark.parametrize("engine_on_server", ENGINES[1:])
def test_engines_agree_on_every_store_table(built: Builder, engine_on_server: str) -> None:
    """Every table that dbt builds holds the same rows on DuckDB and on the server engines."""
    assert_tables_equal(built("duckdb"), built(engine_on_server))
