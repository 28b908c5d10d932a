"""One small warehouse, built once, and copies of it to spoil."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from tests.python.marts.harness import PROJECT_ROOT, Warehouse, windows
from tests.python.oracle.random_data import random_case
from tests.python.oracle.random_stores import write_seeds
from tests.python.oracle.store.network import write_seeds as write_store_seeds
from tests.python.oracle.store.random_case import random_store_case

DATABASE = "warehouse.duckdb"


@dataclass(frozen=True)
class Clean:
    """A built warehouse on DuckDB that nobody may change.

    Attributes:
        warehouse: the random case, built.
        as_of: last business date of the case.
        home: the folder that holds the database file and the project copy.
    """

    warehouse: Warehouse
    as_of: date
    home: Path

    def copy(self, home: Path) -> Warehouse:
        """Return a warehouse with the same content and seeds in another folder.

        Args:
            home: an existing, empty folder.
        """
        shutil.copy(self.home / DATABASE, home / DATABASE)
        copied = _warehouse(home)
        shutil.copytree(
            self.warehouse.folder / "seeds", copied.folder / "seeds", dirs_exist_ok=True
        )
        return copied


def _warehouse(home: Path) -> Warehouse:
    return Warehouse("duckdb", {"STOREWATCH_DUCKDB_PATH": str(home / DATABASE)}, home / "project")


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """Return the random case on DuckDB, built."""
    home = tmp_path_factory.mktemp("clean")
    case = random_case(7, PROJECT_ROOT / "seeds")
    warehouse = _warehouse(home)
    write_seeds(PROJECT_ROOT / "seeds", warehouse.folder / "seeds", case.first_date)
    warehouse.load(case.raw)
    warehouse.build(case.as_of)
    return Clean(warehouse, case.as_of, home)


@pytest.fixture(scope="session")
def store_clean(tmp_path_factory: pytest.TempPathFactory) -> Clean:
    """Return the random case of the store half on DuckDB, built."""
    home = tmp_path_factory.mktemp("stores")
    case = random_store_case(7)
    warehouse = _warehouse(home)
    write_store_seeds(PROJECT_ROOT / "seeds", warehouse.folder / "seeds")
    warehouse.load(case.raw, windows(case.coverage))
    warehouse.build(case.as_of)
    return Clean(warehouse, case.as_of, home)


@pytest.fixture
def copy(clean: Clean, tmp_path: Path) -> Warehouse:
    """Return a copy of the built warehouse for one test to spoil."""
    return clean.copy(tmp_path)
