"""What is refused before anything is built."""

from pathlib import Path

import pytest

from dev.detection.warehouse import METHODS, Judge, all_kpis


def test_unknown_method_is_refused(tmp_path: Path) -> None:
    """The message lists the methods."""
    with pytest.raises(ValueError, match="'dow_adjusted', 'rolling_28d'"):
        Judge(tmp_path, "weekly")
    assert [Judge(tmp_path, method).method for method in METHODS] == list(METHODS)


def test_all_kpis_are_those_of_the_seed() -> None:
    """Twenty, revenue first."""
    assert len(all_kpis()) == 20
    assert all_kpis()[0] == "revenue"
