"""An engine with macros for each test of this folder."""

from __future__ import annotations

import pytest

from tests.python.marts.conftest import NewWarehouse, engine, new_warehouse
from tests.python.spc.harness import Bench

__all__ = ["engine", "new_warehouse"]


@pytest.fixture(scope="session")
def bench(new_warehouse: NewWarehouse, engine: str) -> Bench:
    """Return an empty warehouse on each engine in turn."""
    return Bench(new_warehouse(engine))


@pytest.fixture(scope="session")
def duckdb_bench(new_warehouse: NewWarehouse) -> Bench:
    """Return an empty warehouse on DuckDB."""
    return Bench(new_warehouse("duckdb"))
