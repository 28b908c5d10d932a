"""Where the oracle's tests find the project's seeds and the published cases."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

PROJECT_ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def project_seeds() -> Path:
    """Return the folder of the project's seeds."""
    return PROJECT_ROOT / "seeds"


@pytest.fixture(scope="session")
def cases_dir() -> Path:
    """Return the folder of the published cases, beside the project; skip where it is absent."""
    folder = PROJECT_ROOT.parent / "shared" / "cases"
    if folder.is_dir():
        return folder
    if os.environ.get("CI") == "true":
        pytest.fail("../shared/cases is missing: the published cases must be checked in CI")
    pytest.skip("../shared/cases is missing: the published cases are not checked")
