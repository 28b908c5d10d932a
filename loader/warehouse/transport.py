"""Two ways of bringing rows into a table of MySQL or MariaDB."""

from __future__ import annotations

import fcntl
import os
import threading
from dataclasses import dataclass, field

from loader import mysql, rowtext
from loader.errors import LoaderError, UnreachableError
from loader.sources.base import Source, Tally
from loader.warehouse.base import Stamp
from loader.windows import Part

BATCH_ROWS = 5000
PIPE_BYTES = 1 << 20


@dataclass
class Cargo:
    """Rows on their way.

    Attributes:
        source: with an open snapshot.
        part: which of its rows.
        stamp: goes into the rows.
        tally: counts the rows that the source yields.
    """

    source: Source
    part: Part
    stamp: Stamp
    tally: Tally = field(default_factory=Tally)


def load_data(
    connection: mysql.Connection, where: str, cargo: Cargo, *, verb: str, table: str
) -> int:
    """Stream the rows of a part through a pipe into LOAD DATA LOCAL INFILE.

    One thread writes what the source yields into the pipe, this one lets the driver send what it
    reads from it: no file, and never more than the pipe's content in memory.

    Args:
        connection: to the warehouse, in a transaction.
        where: its name for messages.
        cargo: what to send.
        verb: `REPLACE`, or empty.
        table: unquoted name of the table.

    Returns:
        The number of rows that the server says it wrote.

    Raises:
        LoaderError: a value does not fit; nothing of it stays, since the caller rolls back.
        UnreachableError: one of the two connections broke.
    """
    read_end, write_end = os.pipe()
    if hasattr(fcntl, "F_SETPIPE_SZ"):
        # Larger steps: the two threads take turns less often.
        fcntl.fcntl(write_end, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    failures: list[BaseException] = []

    def pump() -> None:
        try:
            with os.fdopen(write_end, "wb") as pipe:
                for block in cargo.source.csv(cargo.part, cargo.tally):
                    pipe.write(block)
        except BrokenPipeError:
            pass  # The warehouse gave up first and says why.
        except BaseException as error:  # noqa: BLE001 - raised again below, in the main thread
            failures.append(error)

    loaded_at, load_id = mysql.literal(cargo.stamp.loaded_at), cargo.stamp.load_id
    names = ", ".join(mysql.quote(name) for name in cargo.part.feed.columns)
    thread = threading.Thread(target=pump, name="source", daemon=True)
    thread.start()
    complete = False
    try:
        with mysql.translated(where), connection.cursor() as cursor:
            written = cursor.execute(
                f"LOAD DATA LOCAL INFILE '/dev/fd/{read_end}' {verb} "
                f"INTO TABLE {mysql.quote(table)} {rowtext.LOAD_FORMAT} ({names}) "
                f"SET _loaded_at = {loaded_at}, _load_id = {load_id}"
            )
            if cursor.warning_count:
                cursor.execute("SHOW WARNINGS LIMIT 1")
                warning = cursor.fetchone()
                text = warning[2] if warning else "a warning"
                raise LoaderError(f"{where}: loading {table} would change a value: {text}")
        complete = True
    except AttributeError:
        # After a break PyMySQL still sends the end of the file, to a socket that is gone.
        if connection.open:
            raise
        raise UnreachableError(f"{where}: lost the connection while loading {table}") from None
    except LoaderError as error:
        if not failures:
            raise
        raise failures[0] from error
    finally:
        os.close(read_end)
        if not complete:
            # The other thread may wait for a slow source: nobody wants those rows any more.
            cargo.source.abort()
        thread.join()
    if failures:
        # The pipe just ended, so the server took what it had for all: the caller rolls back.
        raise failures[0]
    return written


def insert_batches(
    connection: mysql.Connection, where: str, cargo: Cargo, *, verb: str, table: str
) -> int:
    """Insert the rows of a part in batches, for servers with local_infile off.

    Arguments, result and errors are those of `load_data`.
    """
    names = [*cargo.part.feed.columns, "_loaded_at", "_load_id"]
    marks = ", ".join(["%s"] * len(names))
    sql = (
        f"{verb or 'INSERT'} INTO {mysql.quote(table)} "
        f"({', '.join(mysql.quote(name) for name in names)}) VALUES ({marks})"
    )
    written = 0
    for batch in cargo.source.rows(cargo.part, BATCH_ROWS):
        cargo.tally.rows += len(batch)
        rows = [(*row, cargo.stamp.loaded_at, cargo.stamp.load_id) for row in batch]
        with mysql.translated(where), connection.cursor() as cursor:
            written += cursor.executemany(sql, rows) or 0
    return written
