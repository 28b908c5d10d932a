"""Every kind of dbt test fails when there is something to find, and only then."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest

from tests.python.dbt_tests import store_controls, store_model_controls
from tests.python.dbt_tests.conftest import Clean
from tests.python.dbt_tests.controls import GROUPS, KNOWN_WARNINGS, Control, daily
from tests.python.marts.harness import Built, Warehouse


def assert_failed(built: Built, expected: Iterable[str]) -> None:
    """Require that exactly the expected tests failed or warned.

    Args:
        built: a `dbt test`.
        expected: beginnings of names, each of one test.
    """
    failed = built.failed()
    beginnings = {*expected}
    missed = {name for name in beginnings if not any(test.startswith(name) for test in failed)}
    unexpected = {test for test in failed if not test.startswith(tuple(beginnings))}
    broken = {test for test in failed if built.statuses[test] == "error"}
    assert (missed, unexpected, broken) == (set(), set(), set()), built.output


def test_a_clean_warehouse_passes(clean: Clean) -> None:
    """Invariants hold; what is wrong with the data is counted and stops nothing."""
    built = clean.warehouse.dbt("test", as_of=clean.as_of)
    assert built.returncode == 0, built.output
    assert_failed(built, KNOWN_WARNINGS)


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_spoiled_is_noticed(clean: Clean, copy: Warehouse, group: str) -> None:
    """Exactly the tests that a control names fail, besides what the case always warns of."""
    for control in GROUPS[group]:
        copy.execute(control.sql)
    built = copy.dbt("test", as_of=clean.as_of)
    assert built.returncode == 1, built.output
    noticed = (name for control in GROUPS[group] for name in control.noticed_by)
    assert_failed(built, (*KNOWN_WARNINGS, *noticed))


def test_only_audited_dates_are_looked_at(clean: Clean, copy: Warehouse) -> None:
    """Old rows that the last build left alone are not read again; recent ones are."""
    test = "accepted_range_forecast_accuracy_daily_day_of_week__business_date__7__1"
    selected = ("test", "--select", test)
    copy.execute("update build_watermarks set rebuilt_from = as_of_date")
    copy.execute(daily(0, "day_of_week = 8"))
    assert copy.dbt(*selected, as_of=clean.as_of).statuses == {test: "pass"}
    copy.execute("update build_watermarks set rebuilt_from = date '2026-01-01'")
    assert copy.dbt(*selected, as_of=clean.as_of).statuses == {test: "fail"}


def test_every_test_is_proven(clean: Clean) -> None:
    """Each generic test, each singular test and each named condition has a control."""
    clean.warehouse.dbt("parse", as_of=clean.as_of)
    manifest = json.loads((clean.warehouse.folder / "target" / "manifest.json").read_text())
    tests: list[dict[str, Any]] = [
        node for node in manifest["nodes"].values() if node["resource_type"] == "test"
    ]
    controls: list[Control] = [control for group in GROUPS.values() for control in group]
    noticed = (
        *KNOWN_WARNINGS,
        *(name for control in controls for name in control.noticed_by),
        *store_controls.PROVEN,
        *store_model_controls.PROVEN,
    )
    proven = [node for node in tests if node["name"].startswith(noticed)]
    names = {node["name"] for node in tests}
    kinds = {_kind(node) for node in tests}
    conditions = {
        node["name"] for node in tests if _kind(node) in ("singular", "expression_is_true")
    }
    assert kinds - {_kind(node) for node in proven} == set()
    assert conditions - {node["name"] for node in proven} == CONDITIONS_WITHOUT_CONTROL & names


def _kind(node: dict[str, Any]) -> str:
    metadata = node.get("test_metadata")
    return str(metadata["name"]) if metadata else "singular"


# The first by its kind alone, since the case holds no production orders; the second by
# test_malformed_seeds.
CONDITIONS_WITHOUT_CONTROL = {
    "production_orders_end_after_they_start",
    "theoretical_consumption_never_counts",
}
