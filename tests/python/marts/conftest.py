"""Warehouses for the tests of the marts, one engine after the other."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pymysql
import pytest

from tests.python.marts.harness import Warehouse

ENGINES = ("duckdb", "mariadb", "mysql")


class NewWarehouse(Protocol):
    """Makes an empty warehouse on an engine; of one half of the models when one is named."""

    def __call__(self, engine: str, half: str | None = None) -> Warehouse: ...  # noqa: D102


@pytest.fixture(scope="session")
def new_warehouse(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[NewWarehouse]:
    """Return a function that makes an empty warehouse on the engine it is given.

    The schemas it makes on MySQL are dropped at the end; MariaDB ends with its data directory.
    """
    made: list[Warehouse] = []

    def make(engine: str, half: str | None = None) -> Warehouse:
        folder: Path = tmp_path_factory.mktemp(engine) / "project"
        if engine == "duckdb":
            environment = {"STOREWATCH_DUCKDB_PATH": str(folder.parent / "warehouse.duckdb")}
        else:
            server = request.getfixturevalue(engine)
            environment = server.environment(f"sw_{uuid.uuid4().hex[:12]}")
            _on_server(environment, "create database {schema}")
        made.append(Warehouse(engine, environment, folder, half))
        return made[-1]

    yield make
    for warehouse in made:
        if warehouse.engine == "mysql":
            _on_server(warehouse.environment, "drop database if exists {schema}")


def _on_server(environment: dict[str, str], statement: str) -> None:
    connection = pymysql.connect(
        host=environment["STOREWATCH_DB_HOST"],
        port=int(environment["STOREWATCH_DB_PORT"]),
        user=environment["STOREWATCH_DB_USER"],
        password=environment["STOREWATCH_DB_PASSWORD"],
    )
    with connection, connection.cursor() as cursor:
        cursor.execute(statement.format(schema=environment["STOREWATCH_DB_SCHEMA"]))


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Run the test once for each engine."""
    return str(request.param)
