"""What others write while rows are copied cannot make counts or shards disagree."""

from __future__ import annotations

import contextlib
import threading
from datetime import date
from pathlib import Path

import pytest

from dev.servers import Server
from loader.copy import open_source
from loader.feeds import read_catalog
from loader.settings import from_environment
from loader.sources.base import Tally
from loader.windows import Calendar, Window
from tests.python.loader.gate import wait_until
from tests.python.loader.support import FEEDS, MakeSchema, new_world


@pytest.mark.parametrize("engine", ["mariadb", "mysql"])
def test_a_snapshot_does_not_see_what_is_written_after_it(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema, engine: str
) -> None:
    """Count, both transports and totals agree while others write between them."""
    world = new_world(request, tmp_path, make_schema, f"{engine}>duckdb")
    world.sell((1, "2025-03-05 12:00:00"), (2, "2025-03-05 13:00:00"))
    catalog = read_catalog(world.feeds_file)
    day = Window(date(2025, 3, 5), date(2025, 3, 5))
    part = Calendar(catalog).part(catalog.feeds["sales"], day)

    def seen() -> list[object]:
        tally = Tally()
        lines = b"".join(source.csv(part, tally)).decode().splitlines()
        batches = list(source.rows(part, 5000))
        return [
            source.count(part, unreal_dates=False).rows,
            tally.rows,
            sorted(lines),
            [len(batch) for batch in batches],
            source.totals(part, [(day.first, part)])[day.first].rows,
        ]

    settings = from_environment(world.environment)
    with contextlib.closing(open_source(settings, "ONE")) as source:
        source.begin()
        world.source.run("DELETE FROM {schema}.t_sale_1 WHERE id = 1")
        world.sell((3, "2025-03-05 14:00:00"), (4, "2025-03-05 15:00:00"), shard=2)
        before = seen()
        source.end()
        source.begin()
        after = seen()

    def line(key: int, hour: int) -> str:
        return f'{key},"US1",1.2500,2025-03-05 {hour}:00:00'

    assert before == [2, 2, [line(1, 12), line(2, 13)], [2], 2]
    assert after == [3, 3, [line(2, 13), line(3, 14), line(4, 15)], [1, 2], 3]


class Writer(threading.Thread):
    """Writes to both shards in one transaction, over and over, until it is told to stop."""

    def __init__(self, server: Server, schema: str, days: int) -> None:
        super().__init__(daemon=True)
        self.server, self.schema, self.days = server, schema, days
        self.stopped = threading.Event()
        self.commits = 0

    def run(self) -> None:
        """Every round adds a row to each shard on every day; every third takes a round away."""
        with contextlib.closing(self.server.connect(self.schema)) as connection:
            connection.autocommit(False)
            with connection.cursor() as cursor:
                while not self.stopped.is_set():
                    first = 1000 * (self.commits + 1)
                    for shard in (1, 2):
                        rows = ", ".join(
                            f"({first + 2 * day + shard}, 'S{shard}', 1, "
                            f"'2025-03-{day + 1:02} 12:00:00')"
                            for day in range(self.days)
                        )
                        cursor.execute(f"INSERT INTO t_sale_{shard} VALUES {rows}")
                    if self.commits % 3 == 2:
                        for shard in (1, 2):
                            cursor.execute(f"DELETE FROM t_sale_{shard} WHERE id < {first - 1000}")
                    connection.commit()
                    self.commits += 1


@pytest.mark.parametrize("pair", ["mysql>mariadb", "mariadb>mysql", "mariadb>duckdb"])
def test_a_load_beside_a_writer_is_consistent(
    request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema, pair: str
) -> None:
    """Every window is one snapshot across the shards, and its counts agree."""
    world = new_world(request, tmp_path, make_schema, pair)
    world.use_feeds(FEEDS, window_days=1)
    days = 20
    # Never empty, or a window would be refused.
    world.sell((1, "2025-01-01 12:00:00"))
    server = world.source.server
    assert server is not None
    writer = Writer(server, world.source.schema, days)
    writer.start()
    beside = 0
    try:
        # There are rows to load, and a load without commits beside it would prove nothing.
        wait_until(lambda: writer.commits > 0)
        while beside < 2:
            assert writer.is_alive()
            before = writer.commits
            world.load("2025-03-01", "2025-03-20", "sales")
            beside = writer.commits - before
    finally:
        writer.stopped.set()
        writer.join()

    steps = world.steps("status", "rows_source", "rows_read", "rows_written", "load_id")[-days:]
    assert len(steps) == days
    assert all(
        status == "ok" and source == read == written > 0
        for status, source, read, written, _ in steps
    )
    shards: dict[int, list[int]] = {load_id: [0, 0] for *_, load_id in steps}
    for load_id, shop in world.warehouse.rows("raw_sales", "_load_id", "shop"):
        shards[load_id][{"S1": 0, "S2": 1}[shop]] += 1
    # The writer changes both shards at once: half of a change would make them differ.
    assert all(one == two for one, two in shards.values())
