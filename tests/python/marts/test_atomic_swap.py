"""Readers of a mart meet it whole at every moment of a build."""

from __future__ import annotations

import threading

import pymysql
import pytest

from tests.python.marts.conftest import ENGINES, NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse
from tests.python.oracle.random_data import SPRING, random_case

MARTS = {
    "forecast_accuracy_daily": "sum(abs_error)",
    "forecast_accuracy_summary": "sum(total_abs_error)",
    "forecast_alerts": "sum(n_active_days)",
}


class Reader(threading.Thread):
    """Reads a count and a sum of every mart, again and again, until it is told to stop."""

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
        self.seen: dict[str, set[tuple[object, ...]]] = {mart: set() for mart in MARTS}
        self.reads = 0
        self.errors: list[str] = []

    def run(self) -> None:
        """Poll until stopped."""
        with self.connection, self.connection.cursor() as cursor:
            while not self.stop.is_set():
                for mart, total in MARTS.items():
                    try:
                        cursor.execute(f"select count(*), {total} from {mart}")
                        self.seen[mart].update(cursor.fetchall())
                        self.reads += 1
                    except pymysql.MySQLError as error:
                        self.errors.append(f"{mart}: {error}")


@pytest.mark.parametrize("engine_on_server", ENGINES[1:])
def test_a_polling_reader_never_meets_a_missing_or_partial_mart(
    new_warehouse: NewWarehouse, engine_on_server: str
) -> None:
    """Through an incremental build and a full refresh of the same rows a mart stays the same."""
    case = random_case(4, PROJECT_ROOT / "seeds", SPRING)
    warehouse = new_warehouse(engine_on_server, "forecast")
    warehouse.load(case.raw)
    warehouse.build(case.as_of)
    reader = Reader(warehouse)
    reader.start()
    try:
        warehouse.record_load("stock_changes", case.first_date)
        warehouse.build(case.as_of)
        warehouse.build(case.as_of, "--full-refresh")
    finally:
        reader.stop.set()
        reader.join()
    assert reader.errors == []
    assert reader.reads > 100
    for mart, seen in reader.seen.items():
        assert len(seen) == 1, f"{mart} was seen as {seen}"
        assert (0, None) not in seen, f"{mart} was seen empty"
