"""Connections that break, are refused, or carry a snapshot while others write."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from pydantic import SecretStr

from dev.servers import Server
from loader import mysql
from loader.settings import MySQLAddress
from tests.python.loader.gate import PATIENCE_SECONDS, closed_gate
from tests.python.loader.support import MakeSchema, World, new_world

DAY = "2025-03-05"
SECRET = "geh3im/pa:ss@w€rd"
SECRET_IN_URL = quote(SECRET, safe="")
ONE_DAY = ("load", "--from", DAY, "--to", DAY)


class Cutter:
    """A way to a server that breaks off once, after some bytes.

    Args:
        server: where it leads.
        after: bytes over all connections.
        answers: whether bytes from the server are counted, or those that go to it.
    """

    def __init__(self, server: Server, after: int, *, answers: bool) -> None:
        self._server = server
        self._left = after
        self._counts_answers = answers
        self.cut = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Let nobody in any more."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                target = socket.create_connection((self._server.host, self._server.port))
                ends = ((client, target, False), (target, client, True))
                for source, sink, answers in ends:
                    threading.Thread(
                        target=self._pass_on, args=(source, sink, answers), daemon=True
                    ).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(4096):
                if answers == self._counts_answers and not self.cut:
                    self._left -= len(data)
                    if self._left < 0:
                        self.cut = True
                        break
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def world(request: pytest.FixtureRequest, tmp_path: Path, make_schema: MakeSchema) -> World:
    """Return a world on MariaDB at both ends, with a sale and a plan of other days and a shop."""
    made = new_world(request, tmp_path, make_schema, "mariadb>mariadb")
    made.sell((1000, "2025-01-01 12:00:00"), shard=2)
    made.source.insert("t_plan", [("US1", "2025-03-01", "1.5")])
    made.source.insert("t_shop", [("US1", "First", "2025-01-01")])
    return made


@pytest.fixture
def account(world: World) -> Iterator[str]:
    """The name of an account of the source that may only read, with the password SECRET."""
    server = world.source.server
    assert server is not None
    name = f"r_{world.source.schema[3:]}"
    server.run(
        f"CREATE USER {name} IDENTIFIED BY '{SECRET}'",
        f"GRANT SELECT ON {world.source.schema}.* TO {name}",
    )
    yield name
    server.run(f"DROP USER {name}")


@pytest.mark.parametrize("cut_end", ["source", "warehouse"])
def test_a_window_that_breaks_off_begins_again(world: World, cut_end: str) -> None:
    """Half of it has arrived when the line breaks; afterwards every row is there once."""
    world.sell(*((number, f"{DAY} 12:00:00") for number in range(1, 30_001)))
    server = world.source.server
    assert server is not None
    cutter = Cutter(server, 600_000, answers=cut_end == "source")
    environment = (
        {"STOREWATCH_SOURCE_ONE": f"mysql+pymysql://root@127.0.0.1:{cutter.port}/"}
        if cut_end == "source"
        else {"STOREWATCH_DB_PORT": str(cutter.port)}
    )

    result = world.run(*ONE_DAY, "--feed", "sales", **environment)
    cutter.close()

    assert cutter.cut
    assert result.code == 0, result.err
    assert len(result.err) == 1
    assert result.err[0].startswith("note: ")
    assert result.err[0].endswith("; trying again in 0.01 s (1 of 3)")
    assert result.out[0] == f"sales {DAY}: 30,000 rows in the place of 0"
    assert world.warehouse.run("SELECT COUNT(*), COUNT(DISTINCT id) FROM raw_sales") == [
        (30_000, 30_000)
    ]


def test_a_window_is_one_snapshot_while_others_write(world: World) -> None:
    """Money that moves between two shards within a transaction is never seen halfway."""
    world.sell(*((number, f"{DAY} 12:00:00") for number in range(1, 2_001)))
    world.sell(*((number, f"{DAY} 12:00:00") for number in range(5_001, 7_001)), shard=2)
    server = world.source.server
    assert server is not None
    total = world.source.run(
        "SELECT SUM(amount) FROM (SELECT amount FROM {schema}.t_sale_1 UNION ALL "
        f"SELECT amount FROM {{schema}}.t_sale_2 WHERE sold_at >= '{DAY}') AS both_shards"
    )[0][0]
    stop, moved = threading.Event(), [0]

    def write() -> None:
        with contextlib.closing(server.connect(world.source.schema)) as connection:
            cursor = connection.cursor()
            while not stop.is_set():
                connection.begin()
                cursor.execute("UPDATE t_sale_1 SET amount = amount - 1 WHERE id = 1")
                cursor.execute("UPDATE t_sale_2 SET amount = amount + 1 WHERE id = 6000")
                key = 100_000 + moved[0]
                cursor.execute(f"INSERT INTO t_sale_1 VALUES ({key}, 'a', 1, '{DAY} 13:00:00')")
                cursor.execute(f"INSERT INTO t_sale_2 VALUES (-{key}, 'a', -1, '{DAY} 13:00:00')")
                connection.commit()
                moved[0] += 1

    writer = threading.Thread(target=write)
    writer.start()
    beside_writes = 0
    try:
        # A load without a write beside it would prove nothing.
        while beside_writes < 5:
            assert writer.is_alive()
            before = moved[0]
            assert world.run(*ONE_DAY, "--feed", "sales").err == []
            beside_writes += moved[0] > before
            assert world.warehouse.run("SELECT SUM(amount) FROM raw_sales") == [(total,)]
    finally:
        stop.set()
        writer.join()


@pytest.mark.parametrize("engine", ["mariadb", "mysql"])
def test_the_bulk_reader_yields_what_the_driver_yields(
    request: pytest.FixtureRequest, engine: str
) -> None:
    """Lengths on both sides of every change of the length prefix, and of the block."""
    server: Server = request.getfixturevalue(engine)
    lengths = [0, 1, 249, 250, 251, 252, 65_534, 65_535, 65_536, 262_143, 262_144, 700_000]
    text = " UNION ALL ".join(f"SELECT REPEAT('é', {length}) AS t" for length in lengths)
    many = f"{text} UNION ALL SELECT 'x' FROM information_schema.collations"
    address = MySQLAddress(server.host, server.port, server.user, SecretStr(server.password))
    with contextlib.closing(mysql.connect(address, "here", 5)) as connection:
        bulk = [value.decode() for values in connection.stream_text(many) for value in values]
        with connection.cursor() as cursor:
            cursor.execute(many)
            assert bulk == [row[0] for row in cursor.fetchall()]
        assert list(connection.stream_text("SELECT 'x' WHERE 1 = 0")) == []
        # The connection is whole afterwards.
        assert list(connection.stream_text("SELECT 'x'")) == [[b"x"]]


def test_the_bulk_reader_raises_an_error_that_comes_after_rows(mariadb: Server) -> None:
    """An error in the middle of a result is an error and no end."""
    address = MySQLAddress(mariadb.host, mariadb.port, mariadb.user, SecretStr(""))
    failing = (
        "SELECT IF(seq < 90000, 'x', (SELECT 'x' UNION SELECT CAST(seq AS CHAR))) "
        "FROM seq_1_to_100000"
    )
    with contextlib.closing(mysql.connect(address, "here", 5, schema="mysql")) as connection:
        seen = 0
        with pytest.raises(Exception, match="Subquery returns more than 1 row"):
            for values in connection.stream_text(failing):
                seen += len(values)
        assert seen > 0


def test_giving_up_in_the_middle_does_not_read_the_rest(mariadb: Server) -> None:
    """The result is endless in effect: reading the rest would never come back."""
    address = MySQLAddress(mariadb.host, mariadb.port, mariadb.user, SecretStr(""))
    connection = mysql.connect(address, "here", 5, schema="mysql")
    stream = connection.stream_text("SELECT 'x' FROM seq_1_to_1000000000000")
    assert next(stream)
    stream.close()
    assert not connection.open


def test_an_account_that_may_only_read_is_enough(world: World, account: str) -> None:
    """Check, load and reconcile work; without the right the tables are named."""
    server = world.source.server
    assert server is not None
    world.sell((1, f"{DAY} 12:00:00"))
    url = f"mysql+pymysql://{account}:{SECRET_IN_URL}@{server.host}:{server.port}/"
    sources = {"STOREWATCH_SOURCE_ONE": url, "STOREWATCH_SOURCE_TWO": url}

    verbs = (("check",), ONE_DAY, ("reconcile",))
    results = [world.run(*arguments, **sources) for arguments in verbs]
    server.run(f"REVOKE SELECT ON {world.source.schema}.* FROM {account}")
    denied = world.run("check", **sources)

    assert [(result.code, result.err) for result in results] == [(0, [])] * 3
    assert world.warehouse.run("SELECT id, amount, sold_at FROM raw_sales") == [
        (1, Decimal("1.2500"), datetime(2025, 3, 5, 12))
    ]
    assert denied.code == 1
    assert denied.err[0] == (
        f"error: feed sales: table {world.source.schema}.t_sale_1 is missing or may not be read"
    )


def test_a_wrong_password_is_tried_once_and_printed_nowhere(world: World, account: str) -> None:
    """Neither as it is nor as a URL spells it, neither in a line nor in the log."""
    server = world.source.server
    assert server is not None
    wrong = SECRET + "x"
    spelled = quote(wrong, safe="")
    url = f"mysql+pymysql://{account}:{spelled}@{server.host}:{server.port}/"

    source = world.run(*ONE_DAY, STOREWATCH_SOURCE_TWO=url)
    warehouse = world.run(*ONE_DAY, STOREWATCH_DB_USER=account, STOREWATCH_DB_PASSWORD=wrong)

    where = f"({account}@{server.host}:{server.port})"
    refused = f"Access denied for user '{account}'@'127.0.0.1' (using password: YES) (error 1045)"
    assert (source.code, source.err) == (3, [f"error: feed shops: source TWO {where}: {refused}"])
    assert (warehouse.code, warehouse.err) == (
        1,
        [f"error: warehouse {world.warehouse.schema} {where}: {refused}"],
    )
    log = world.warehouse.run("SELECT message, request FROM load_runs")
    log += world.warehouse.run("SELECT message, feed FROM load_steps")
    said = [*source.out, *source.err, *warehouse.out, *warehouse.err, str(log)]
    assert not [text for text in said if SECRET in text or SECRET_IN_URL in text]


def test_an_unreachable_source_is_tried_four_times_and_stops_no_other(world: World) -> None:
    """Three retries with doubling delays; the other server's feeds are loaded."""
    world.sell((1, f"{DAY} 12:00:00"))
    # Bound and not listening: connections are refused, and nobody else takes the port.
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        url = f"mysql+pymysql://u:{SECRET_IN_URL}@127.0.0.1:{port}/"

        result = world.run(*ONE_DAY, STOREWATCH_SOURCE_TWO=url)

    refused = (
        f"source TWO (u@127.0.0.1:{port}): Can't connect to MySQL server on '127.0.0.1' "
        "([Errno 111] Connection refused)"
    )
    assert result.code == 3
    assert result.err == [
        f"note: {refused}; trying again in 0.01 s (1 of 3)",
        f"note: {refused}; trying again in 0.02 s (2 of 3)",
        f"note: {refused}; trying again in 0.04 s (3 of 3)",
        f"error: feed shops: {refused}",
    ]
    message = "2 feeds done, 2 windows, 1 rows; failed: shops"
    assert result.out[-1] == message
    assert world.warehouse.run("SELECT status, message FROM load_runs") == [("partial", message)]


def test_a_step_and_its_rows_are_committed_together(world: World) -> None:
    """When the step cannot be logged, its rows do not stay either."""
    world.sell((1, f"{DAY} 12:00:00"))
    world.warehouse.run(
        "CREATE TRIGGER no_ok BEFORE INSERT ON {schema}.load_steps FOR EACH ROW "
        "IF NEW.status = 'ok' THEN SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'full'; END IF"
    )

    result = world.run(*ONE_DAY, "--feed", "sales")

    assert result.code == 1
    assert result.err[0].endswith(": full (error 1644)")
    assert world.sold() == []
    assert world.last_step("status") == ("failed",)


def test_a_run_that_is_stopped_while_it_sends_stops_at_once(world: World) -> None:
    """The file it was sending ends in the middle of a line, and the source is not waited for."""
    world.sell(*((number, f"{DAY} 12:00:00") for number in range(1, 5_001)))
    with closed_gate(world, 5000) as gate:
        process = world.start(*ONE_DAY, "--feed", "sales")
        gate.connection(process)
        gate.warehouse_connection(process)
        process.terminate()
        _, err = process.communicate(timeout=PATIENCE_SECONDS)

    assert process.returncode == 1
    assert err.splitlines() == ["error: interrupted; what was not committed is undone"]
    assert world.sold() == []
    assert world.warehouse.run("SELECT status FROM load_runs") == [("interrupted",)]


def test_counts_that_differ_undo_the_window(world: World) -> None:
    """A table that is not the same twice stands for whatever makes counts differ."""
    world.sell(*((number, f"{DAY} 12:00:00") for number in range(400)))
    world.source.run(
        "CREATE FUNCTION {schema}.calls() RETURNS int NO SQL "
        "RETURN (@calls := COALESCE(@calls, 0) + 1)",
        "RENAME TABLE {schema}.t_sale_1 TO {schema}.t_all",
        # The first rows that a connection looks at are missing, which are those it counts.
        "CREATE VIEW {schema}.t_sale_1 AS "
        "SELECT * FROM {schema}.t_all WHERE {schema}.calls() > 100",
    )

    result = world.run(*ONE_DAY, "--feed", "sales")

    assert (result.code, result.err) == (
        1,
        [
            f"error: feed sales {DAY}: row counts differ: "
            "300 counted at the source, 400 read, 400 written, 400 present"
        ],
    )
    assert world.sold() == []
    assert world.last_step("status") == ("failed",)
