"""Readers of a mart meet it whole at every moment of a build."""

from __future__ import annotations

import threading

import pymysql
import pytest

from tests.python.marts.conftest import ENGINES, NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse
from tests.python.oracle.random_data import SPRING, random_case

MARTS = ("forecast_accuracy_daily", "forecast_accuracy_summary", "forecast_alerts")


class Reader(threading.Thread):
    """Counts the rows of every mart, again and again, until it is told to stop."""

    def __init__(self, warehouse: Warehouse) -> None:
        """Open a connection of its own, as a dashboard has."""
        super().__init__(daemon=True)
        self.connection = pymysql.connect(
            host=warehouse.environment["STOREWATCH_DB_HOST"],
            port=int(warehouse.environment["STOREWATCH_DB_PORT"]),
            user=warehouse.environment["STOREWATCH_DB_USER"],
            password=warehouse.environment["STOREWATCH_DB_PASSWORD"],
            database=warehouse.environment["STOREWATCH_DB_SCHEMA"],
            autocommit=True,
        )
        self.stop = threading.Event()
        self.counts: dict[str, set[int]] = {mart: set() for mart in MARTS}
        self.reads = 0
        self.errors: list[str] = []

    def run(self) -> None:
        """Poll until stopped."""
        with self.connection, self.connection.cursor() as cursor:
            while not self.stop.is_set():
                for mart in MARTS:
                    try:
                        cursor.execute(f"select count(*) from {mart}")
                        self.counts[mart].update(count for (count,) in cursor.fetchall())
                        self.reads += 1
                    except pymysql.MySQLError as error:
                        self.errors.append(f"{mart}: {error}")


@pytest.mark.parametrize("engine_on_server", ENGINES[1:])
@pytest.mark.parametrize("full_refresh", [True, False], ids=["full refresh", "incremental"])
def test_a_polling_reader_never_meets_a_missing_or_partial_mart(
    new_warehouse: NewWarehouse, engine_on_server: str, full_refresh: bool
) -> None:
    """Before, during and after a build of the same rows a mart holds the same number of rows."""
    case = random_case(4, PROJECT_ROOT / "seeds", SPRING)
    warehouse = new_warehouse(engine_on_server)
    warehouse.load(case.raw)
    warehouse.build(case.as_of)
    reader = Reader(warehouse)
    reader.start()
    try:
        if full_refresh:
            warehouse.build(case.as_of, "--full-refresh")
        else:
            warehouse.record_load("stock_changes", case.first_date)
            warehouse.build(case.as_of)
    finally:
        reader.stop.set()
        reader.join()
    assert reader.errors == []
    assert reader.reads > 100
    for mart, counts in reader.counts.items():
        assert len(counts) == 1, f"{mart} was seen with {sorted(counts)} rows"
        assert 0 not in counts, f"{mart} was seen empty"
