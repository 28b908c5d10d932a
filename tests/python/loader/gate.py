"""A copy that stands still in the middle of a window, on demand and without any waiting time.

The first shard of the sales becomes a view whose column `shop` waits, in one row, for a lock of the
server. Counting the rows does not read that column, so the loader has begun to write when it stops.
"""

from __future__ import annotations

import contextlib
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.python.loader.support import End, Row, World

PATIENCE_SECONDS = 60


@dataclass(frozen=True)
class Gate:
    """The closed gate.

    Attributes:
        world: its source is a server.
        name: of the lock on that server.
    """

    world: World
    name: str

    def connection(self, process: subprocess.Popen[str] | None = None) -> int:
        """Wait until a copy stands at the gate; return the number of its source connection.

        Args:
            process: the copy, which must not end meanwhile; None for one in this process.
        """
        # The name of the schema tells it from the copies of other tests on this server.
        where = "state = 'User lock' AND info LIKE '%{schema}%'"
        return _connection(self.world.source, where, process)

    def warehouse_connection(self, process: subprocess.Popen[str] | None = None) -> int:
        """Wait until the warehouse waits for rows; return the number of that connection.

        The rows are read by a thread of its own, so a copy may stand at the gate before that.

        Args:
            process: as of `connection`.
        """
        where = "db = '{schema}' AND id <> CONNECTION_ID() AND info LIKE 'LOAD DATA%'"
        return _connection(self.world.warehouse, where, process)


@contextlib.contextmanager
def closed_gate(world: World, key: int) -> Iterator[Gate]:
    """Close a gate before the sale with a key; it opens at the end of the block.

    The next block may close it before another sale, also when the copy that stood at this one was
    killed and its connection to the source lives on for a moment.
    """
    name = f"gate_{world.source.schema}"
    if not world.source.run(
        "SELECT table_name FROM information_schema.tables "
        "WHERE table_schema = '{schema}' AND table_name = 't_sale_1_real'"
    ):
        world.source.run("RENAME TABLE {schema}.t_sale_1 TO {schema}.t_sale_1_real")
    world.source.run(
        "CREATE OR REPLACE VIEW {schema}.t_sale_1 AS SELECT id, "
        f"IF(id = {key} AND GET_LOCK('{name}', 600) IS NULL, NULL, shop) AS shop, "
        "amount, sold_at FROM {schema}.t_sale_1_real",
    )
    assert world.source.server is not None
    with contextlib.closing(world.source.server.connect()) as connection:
        with connection.cursor() as cursor:
            cursor.execute("SELECT GET_LOCK(%s, %s)", (name, PATIENCE_SECONDS))
            assert cursor.fetchone() == (1,), "the gate does not close"
        yield Gate(world, name)


def _connection(end: End, where: str, process: subprocess.Popen[str] | None) -> int:
    found: list[Row] = []

    def is_there() -> bool:
        assert process is None or process.poll() is None, process.communicate()
        found[:] = end.run(f"SELECT id FROM information_schema.processlist WHERE {where}")
        return bool(found)

    wait_until(is_there)
    return int(found[0][0])


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait for something that another process or a server does; fail when it never happens."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


def kill_hard(world: World, process: subprocess.Popen[str]) -> None:
    """End a process with SIGKILL and wait until the warehouse has noticed that it is gone.

    Args:
        world: in which the process runs.
        process: must not be able to end by itself, which a closed gate sees to.
    """
    process.kill()
    _, err = process.communicate()
    assert (process.returncode, err) == (-9, "")
    if world.warehouse.server:
        # Until then its run lock is held, and its window is not undone.
        wait_until(
            lambda: world.warehouse.run("SELECT IS_FREE_LOCK('storewatch:{schema}')") == [(1,)]
        )
