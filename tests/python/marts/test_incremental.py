"""An incremental build ends where a full refresh would, whatever happened to the sources."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from tests.python.marts.compare_tables import assert_snapshots_equal, snapshot
from tests.python.marts.conftest import NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse
from tests.python.oracle.random_data import SPRING, RandomCase, random_case
from tests.python.oracle.random_stores import write_seeds

SEEDS = PROJECT_ROOT / "seeds"
EVERYTHING = date(1900, 1, 1)


@pytest.fixture(scope="module")
def case() -> RandomCase:
    """Return the rows that all tests of this module begin with."""
    return random_case(3, SEEDS, SPRING)


@pytest.fixture
def warehouse(new_warehouse: NewWarehouse, engine: str, case: RandomCase) -> Warehouse:
    """Return a warehouse built ten days before the end of the case."""
    made = new_warehouse(engine)
    write_seeds(SEEDS, made.folder / "seeds", case.first_date)
    made.load(case.raw)
    made.build(case.as_of - timedelta(days=10))
    return made


def assert_equals_full_refresh(warehouse: Warehouse, as_of: date) -> None:
    """Build what is due, then everything, and compare every table."""
    warehouse.build(as_of)
    incremental = snapshot(warehouse)
    warehouse.build(as_of, "--full-refresh")
    assert_snapshots_equal(warehouse, incremental, snapshot(warehouse))


def rebuilt_from(warehouse: Warehouse, model: str = "forecast_accuracy_summary") -> date:
    """Return the date from which the last build computed a model again."""
    value = warehouse.query(
        f"select rebuilt_from from build_watermarks where model_name = '{model}'"
    ).iloc[0, 0]
    assert isinstance(value, date)
    return value


def test_late_corrected_moved_and_deleted_rows(warehouse: Warehouse, case: RandomCase) -> None:
    """Rows that change behind the last build are found, and nothing older is computed again."""
    touched = case.as_of - timedelta(days=40)
    changes = case.raw["stock_changes"].copy()
    behind = changes["create_time"].map(lambda at: at.date() > touched)
    late = changes[behind].head(5).copy()
    late["id"] = late["id"] + 10_000_000
    late["total_adjust_num"] = late["total_adjust_num"].map(lambda qty: -abs(qty or 0) - 3)
    corrected = changes[behind].index[10:20]
    changes.loc[corrected, "total_adjust_num"] = changes.loc[corrected, "total_adjust_num"].map(
        lambda qty: None if qty is None else qty * 2
    )
    moved = changes[behind].index[20:25]
    changes.loc[moved, "create_time"] = changes.loc[moved, "create_time"] + timedelta(days=3)
    gone = changes[behind].index[30:60]
    changes = pd.concat([changes.drop(index=gone), late], ignore_index=True)
    warehouse.write("stock_changes", changes)
    warehouse.record_load("stock_changes", touched)

    predictions = case.raw["order_predictions"]
    whole_day = predictions["predict_date"] == touched + timedelta(days=5)
    warehouse.write("order_predictions", predictions[~whole_day])
    warehouse.record_load("order_predictions", touched + timedelta(days=5))

    as_of = case.as_of - timedelta(days=2)
    warehouse.build(as_of)
    assert rebuilt_from(warehouse) == touched
    assert_equals_full_refresh(warehouse, as_of)


def test_new_days_alone(warehouse: Warehouse, case: RandomCase) -> None:
    """With nothing touched, only the days since the last build are computed."""
    warehouse.build(case.as_of)
    assert rebuilt_from(warehouse) == case.as_of - timedelta(days=9)
    assert_equals_full_refresh(warehouse, case.as_of)


def test_an_earlier_as_of_date_takes_days_back(warehouse: Warehouse, case: RandomCase) -> None:
    """A night that is run again ends as it did then."""
    assert_equals_full_refresh(warehouse, case.as_of - timedelta(days=30))


def test_a_changed_seed_rebuilds_what_depends_on_it(warehouse: Warehouse, case: RandomCase) -> None:
    """A product that changes category moves in all its history."""
    seed = warehouse.folder / "seeds" / "products.csv"
    seed.write_text(seed.read_text().replace(",dairy,", ",toppings,", 1))
    warehouse.build(case.as_of)
    assert rebuilt_from(warehouse) == EVERYTHING
    assert rebuilt_from(warehouse, "int_forecast__actual_consumption") > EVERYTHING
    assert_equals_full_refresh(warehouse, case.as_of)


def test_a_model_built_alone_does_not_skip_what_its_parents_have_not_read(
    warehouse: Warehouse, case: RandomCase
) -> None:
    """A mart built without its parents counts as read only what they have read."""
    touched = case.as_of - timedelta(days=20)
    changes = case.raw["stock_changes"]
    kept = changes["create_time"].map(lambda at: at.date() != touched)
    warehouse.write("stock_changes", changes[kept])
    warehouse.record_load("stock_changes", touched)
    warehouse.build(case.as_of, "--select", "forecast_accuracy_summary")
    warehouse.build(case.as_of)
    assert rebuilt_from(warehouse) == touched
    assert_equals_full_refresh(warehouse, case.as_of)
