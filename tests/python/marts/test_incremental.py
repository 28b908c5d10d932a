"""An incremental build ends where a full refresh would, whatever happened to the sources.

The tests of an engine share one warehouse, since building it is what takes the time. Each changes
what it needs, builds, and leaves the warehouse as its own full refresh made it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from tests.python.marts.compare_tables import assert_snapshots_equal, snapshot
from tests.python.marts.conftest import NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse
from tests.python.oracle.random_data import SPRING, random_case
from tests.python.oracle.random_stores import write_seeds

SEEDS = PROJECT_ROOT / "seeds"
EVERYTHING = date(1900, 1, 1)


@dataclass
class Scene:
    """A warehouse, the raw rows in it, and the last date of the case."""

    warehouse: Warehouse
    raw: dict[str, pd.DataFrame]
    as_of: date

    def write(self, feed: str, rows: pd.DataFrame, touched_from: date) -> None:
        """Replace the rows of a feed and log that they changed from a date on."""
        self.raw[feed] = rows
        self.warehouse.write(feed, rows)
        self.warehouse.record_load(feed, touched_from)

    def rebuilt_from(self, model: str = "forecast_accuracy_summary") -> date:
        """Return the date from which the last build computed a model again."""
        value = self.warehouse.query(
            f"select rebuilt_from from build_watermarks where model_name = '{model}'"
        ).iloc[0, 0]
        assert isinstance(value, date)
        return value

    def assert_equals_full_refresh(self, as_of: date) -> None:
        """Compare every table, as the last build left it, with a full refresh."""
        incremental = snapshot(self.warehouse)
        self.warehouse.build(as_of, "--full-refresh")
        assert_snapshots_equal(self.warehouse, incremental, snapshot(self.warehouse))


@pytest.fixture(scope="module")
def scene(new_warehouse: NewWarehouse, engine: str) -> Scene:
    """Return a warehouse built ten days before the end of the case."""
    case = random_case(3, SEEDS, SPRING)
    warehouse = new_warehouse(engine, "forecast")
    write_seeds(SEEDS, warehouse.folder / "seeds", case.first_date)
    warehouse.load(case.raw)
    warehouse.build(case.as_of - timedelta(days=10))
    return Scene(warehouse, dict(case.raw), case.as_of)


def later_than(day: date) -> Callable[[datetime | None], bool]:
    """Return a condition on instants; a missing one is never later."""
    return lambda at: at is not None and at.date() > day


def test_new_days_alone(scene: Scene) -> None:
    """With nothing touched, only the days since the last build are computed."""
    as_of = scene.as_of - timedelta(days=8)
    scene.warehouse.build(as_of)
    assert scene.rebuilt_from() == scene.as_of - timedelta(days=9)
    scene.assert_equals_full_refresh(as_of)


def test_late_corrected_moved_and_deleted_rows(scene: Scene) -> None:
    """Rows that change behind the last build are found, and nothing older is computed again."""
    touched = scene.as_of - timedelta(days=40)
    changes = scene.raw["stock_changes"].copy()
    behind = changes["create_time"].map(later_than(touched))
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
    scene.write("stock_changes", changes, touched)

    predictions = scene.raw["order_predictions"]
    whole_day = predictions["predict_date"] == touched + timedelta(days=5)
    scene.write("order_predictions", predictions[~whole_day], touched + timedelta(days=5))

    as_of = scene.as_of - timedelta(days=2)
    scene.warehouse.build(as_of)
    assert scene.rebuilt_from() == touched - timedelta(days=1)
    scene.assert_equals_full_refresh(as_of)


def test_a_model_built_alone_does_not_skip_what_its_parents_have_not_read(scene: Scene) -> None:
    """A mart built without its parents counts as read only what they have read."""
    touched = scene.as_of - timedelta(days=20)
    changes = scene.raw["stock_changes"]
    # The hours after midnight UTC belong to the evening before in New York.
    kept = ~changes["create_time"].map(later_than(touched)) | changes["create_time"].map(
        later_than(touched + timedelta(days=1))
    )
    scene.write("stock_changes", changes[kept], touched)
    scene.warehouse.build(scene.as_of, "--select", "forecast_accuracy_summary")
    scene.warehouse.build(scene.as_of)
    assert scene.rebuilt_from() == touched - timedelta(days=1)
    scene.assert_equals_full_refresh(scene.as_of)


def test_an_earlier_as_of_date_takes_days_back(scene: Scene) -> None:
    """A night that is run again ends as it did then."""
    as_of = scene.as_of - timedelta(days=30)
    scene.warehouse.build(as_of)
    assert scene.rebuilt_from() == as_of + timedelta(days=1)
    scene.assert_equals_full_refresh(as_of)


def test_a_shop_that_opened_later_is_found(scene: Scene) -> None:
    """A corrected opening date reaches the days that were counted before it."""
    shops = scene.raw["shops"].copy()
    shops.loc[shops.index[0], "open_date"] = scene.as_of - timedelta(days=50)
    scene.write("shops", shops, EVERYTHING)
    as_of = scene.as_of - timedelta(days=30)
    before = len(scene.warehouse.read("forecast_accuracy_daily"))
    scene.warehouse.build(as_of)
    assert len(scene.warehouse.read("forecast_accuracy_daily")) < before
    scene.assert_equals_full_refresh(as_of)


def test_an_impossible_or_future_as_of_date_changes_nothing(scene: Scene) -> None:
    """A date that cannot be is refused by name, and the next build finds everything as it was."""
    before = snapshot(scene.warehouse)
    for wrong, complaint in (
        ("2026-02-31", "the calendar has no such date"),
        ("2999-01-01", "that day has not come yet"),
        ("soon", "give a date such as 2026-02-28"),
    ):
        refused = scene.warehouse.dbt("run", "--vars", f'{{"as_of_date": "{wrong}"}}')
        assert refused.returncode in (1, 2)
        assert f"Variable as_of_date is '{wrong}': {complaint}" in refused.output
    assert_snapshots_equal(scene.warehouse, before, snapshot(scene.warehouse))


def test_a_full_build_that_fails_is_done_again(scene: Scene) -> None:
    """A build that ends between swapping a table in and recording it is not trusted later.

    A trigger of the failure that all engines have: the table of watermarks is missing a column.
    """
    as_of = scene.as_of - timedelta(days=30)
    rows = scene.warehouse.query("select * from build_watermarks").shape[0]
    scene.warehouse.execute("alter table build_watermarks rename column built_at to built_then")
    failed = scene.warehouse.dbt(
        "run", "--full-refresh", "--select", "int_forecast__errors", as_of=as_of
    )
    assert failed.returncode == 1
    scene.warehouse.execute("alter table build_watermarks rename column built_then to built_at")
    left = scene.warehouse.query("select model_name from build_watermarks")
    assert "int_forecast__errors" not in set(left["model_name"]) and len(left) == rows - 1
    scene.warehouse.build(as_of)
    assert scene.rebuilt_from("int_forecast__errors") == EVERYTHING
    scene.assert_equals_full_refresh(as_of)


def test_a_seed_edited_before_only_a_descendant_is_built(scene: Scene) -> None:
    """A model built before the parents that an edited seed changes is built again after them."""
    seed = scene.warehouse.folder / "seeds" / "products.csv"
    seed.write_text(seed.read_text().replace(",syrups,", ",toppings,", 1))
    as_of = scene.as_of - timedelta(days=30)
    scene.warehouse.build(as_of, "--select", "forecast_accuracy_summary")
    without_seed = scene.warehouse.dbt("run", as_of=as_of)
    assert without_seed.returncode == 0, without_seed.output
    scene.warehouse.build(as_of)
    scene.assert_equals_full_refresh(as_of)


def test_a_changed_seed_rebuilds_what_depends_on_it(scene: Scene) -> None:
    """A product that changes category moves in all its history; consumption has no category."""
    seed = scene.warehouse.folder / "seeds" / "products.csv"
    seed.write_text(seed.read_text().replace(",dairy,", ",toppings,", 1))
    as_of = scene.as_of - timedelta(days=29)
    scene.warehouse.build(as_of)
    assert scene.rebuilt_from() == EVERYTHING
    assert scene.rebuilt_from("int_forecast__actual_consumption") == as_of
    scene.assert_equals_full_refresh(as_of)
