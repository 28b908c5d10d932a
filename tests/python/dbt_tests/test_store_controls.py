"""The dbt tests of the store half fail when there is something to find, and only then."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.dbt_tests.conftest import Clean
from tests.python.dbt_tests.store_controls import KNOWN_STORE_WARNINGS, SELECTED, STORE_GROUPS
from tests.python.dbt_tests.test_negative_controls import assert_failed


def test_a_clean_store_case_passes(store_clean: Clean) -> None:
    """Invariants hold; what is wrong with the data is counted and stops nothing."""
    built = store_clean.warehouse.dbt("test", "--select", *SELECTED, as_of=store_clean.as_of)
    assert built.returncode == 0, built.output
    assert_failed(built, KNOWN_STORE_WARNINGS)


@pytest.mark.parametrize("group", STORE_GROUPS)
def test_what_is_spoiled_is_noticed(store_clean: Clean, tmp_path: Path, group: str) -> None:
    """Exactly the tests that a control names fail, besides what the case always warns of."""
    spoiled = store_clean.copy(tmp_path)
    for control in STORE_GROUPS[group]:
        spoiled.execute(control.sql)
    built = spoiled.dbt("test", "--select", *SELECTED, as_of=store_clean.as_of)
    assert built.returncode == 1, built.output
    noticed = (name for control in STORE_GROUPS[group] for name in control.noticed_by)
    assert_failed(built, (*KNOWN_STORE_WARNINGS, *noticed))
