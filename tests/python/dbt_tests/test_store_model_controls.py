"""The dbt tests of the seeds and the intermediate models of the store half can fail, and do."""

from __future__ import annotations

from pathlib import Path

from tests.python.dbt_tests.conftest import Clean
from tests.python.dbt_tests.store_model_controls import CONTROLS, KNOWN_WARNINGS, PROVEN, SELECTED
from tests.python.dbt_tests.test_negative_controls import assert_failed

TEST = ("test", "--indirect-selection", "cautious", "--select", *SELECTED)


def test_a_clean_store_case_passes(store_clean: Clean) -> None:
    """Invariants hold on every row, whatever the random case does."""
    built = store_clean.warehouse.dbt(*TEST, as_of=store_clean.as_of)
    assert built.returncode == 0, built.output
    assert_failed(built, KNOWN_WARNINGS)


def test_what_is_spoiled_is_noticed(store_clean: Clean, tmp_path: Path) -> None:
    """Exactly the tests that a control names fail."""
    spoiled = store_clean.copy(tmp_path)
    for control in CONTROLS:
        spoiled.execute(control.sql)
    built = spoiled.dbt(*TEST, as_of=store_clean.as_of)
    assert built.returncode == 1, built.output
    assert_failed(built, (*KNOWN_WARNINGS, *PROVEN))
