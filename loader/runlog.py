"""The log of runs and steps in the warehouse: load_runs and load_steps."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from loader.errors import one_line
from loader.feeds import ColumnType, parse_type
from loader.warehouse.base import Warehouse
from loader.windows import Calendar, Window

RUNS: Mapping[str, ColumnType] = {
    name: parse_type(text)
    for name, text in {
        "run_id": "varchar(36)",
        "verb": "varchar(16)",
        "started_at": "datetime",
        "finished_at": "datetime",
        "status": "varchar(16)",
        "host": "varchar(255)",
        "pid": "int",
        "message": "varchar(500)",
        "request": "varchar(500)",
    }.items()
}
STEPS: Mapping[str, ColumnType] = {
    name: parse_type(text)
    for name, text in {
        "load_id": "bigint",
        "run_id": "varchar(36)",
        "feed": "varchar(64)",
        "window_from": "date",
        "window_to": "date",
        "touched_from": "date",
        "status": "varchar(16)",
        "rows_source": "bigint",
        "rows_read": "bigint",
        "rows_written": "bigint",
        "rows_deleted": "bigint",
        "rows_undated": "bigint",
        "read_at": "datetime",
        "started_at": "datetime",
        "finished_at": "datetime",
        "message": "varchar(500)",
    }.items()
}


@dataclass
class Step:
    """One window of one feed, or one copy of a snapshot feed.

    Attributes:
        load_id: grows with every step; stands in `_load_id` of the rows it wrote.
        touched_from: earliest business date whose rows may have changed; for a snapshot 1900-01-01
            when its rows changed and None when they did not.
        rows_source: rows of the window at the source, in the snapshot that was copied.
        rows_undated: rows of the whole feed that belong to no date and are not copied.
        read_at: when the snapshot was taken, UTC.
    """

    load_id: int
    feed: str
    window: Window | None
    started_at: datetime
    touched_from: date | None = None
    rows_source: int = 0
    rows_read: int = 0
    rows_written: int = 0
    rows_deleted: int = 0
    rows_undated: int = 0
    read_at: datetime | None = None
    message: str = ""


def utc_now() -> datetime:
    """This moment in UTC, without a zone, in whole seconds, as the log stores it."""
    return datetime.now(UTC).replace(tzinfo=None, microsecond=0)


def create_log_tables(warehouse: Warehouse) -> None:
    """Create load_runs and load_steps unless they exist."""
    warehouse.create_table("load_runs", RUNS, ("run_id",), None)
    warehouse.create_table("load_steps", STEPS, ("load_id",), "run_id")


class RunLog:
    """The log of one run.

    Args:
        warehouse: holds the run lock, so that no other run writes here.
        verb: what the run does.
        request: what it was asked for, in a form that the same request always has.
    """

    def __init__(self, warehouse: Warehouse, verb: str, request: str) -> None:
        self._warehouse = warehouse
        # Begins with the time: of two runs within a second, the log must know the later one.
        self.run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%f}-{secrets.token_hex(4)}"
        self.request = request
        # Whoever left such a row is dead: this run could not hold the lock otherwise.
        warehouse.run("UPDATE load_runs SET status = 'interrupted' WHERE status = 'running'")
        warehouse.run(
            "INSERT INTO load_runs (run_id, verb, started_at, status, host, pid, request) "
            "VALUES (?, ?, ?, 'running', ?, ?, ?)",
            (self.run_id, verb, utc_now(), socket.gethostname(), os.getpid(), request),
        )

    def finish(self, status: str, message: str) -> None:
        """Close the run.

        Args:
            status: `ok`, `partial`, `failed` or `interrupted`.
            message: what it did, or why it failed.
        """
        self._warehouse.run(
            "UPDATE load_runs SET status = ?, message = ?, finished_at = ? WHERE run_id = ?",
            (status, one_line(message), utc_now(), self.run_id),
        )

    def next_load_id(self) -> int:
        """The number of the next step; unique because of the run lock."""
        found = self._warehouse.run("SELECT COALESCE(MAX(load_id), 0) + 1 FROM load_steps")
        return int(found[0][0])

    def write(self, step: Step, status: str) -> None:
        """Add a step, in whatever transaction is open.

        Args:
            step: what was done.
            status: `ok` or `failed`.
        """
        window = step.window
        values = {
            "load_id": step.load_id,
            "run_id": self.run_id,
            "feed": step.feed,
            "window_from": window.first if window else None,
            "window_to": window.last if window else None,
            "touched_from": step.touched_from,
            "status": status,
            "rows_source": step.rows_source,
            "rows_read": step.rows_read,
            "rows_written": step.rows_written,
            "rows_deleted": step.rows_deleted,
            "rows_undated": step.rows_undated,
            "read_at": step.read_at,
            "started_at": step.started_at,
            "finished_at": utc_now(),
            "message": one_line(step.message),
        }
        self._warehouse.run(
            f"INSERT INTO load_steps ({', '.join(values)}) "
            f"VALUES ({', '.join(['?'] * len(values))})",
            tuple(values.values()),
        )

    def done_before(self, feed: str, calendar: Calendar) -> set[Window]:
        """Windows that an unfinished run of the same request has loaded already.

        Only those read after they had ended count. Once a run of the request ends well, the next
        one begins anew.

        Args:
            feed: name of the feed.
            calendar: knows when a window ends.
        """
        found = self._warehouse.run(
            "SELECT window_from, window_to, read_at FROM load_steps "
            "JOIN load_runs ON load_runs.run_id = load_steps.run_id "
            "WHERE request = ? AND feed = ? AND load_steps.status = 'ok' "
            "AND load_runs.run_id <> ? AND window_to IS NOT NULL AND load_id > "
            "(SELECT COALESCE(MAX(load_id), 0) FROM load_steps "
            "JOIN load_runs ON load_runs.run_id = load_steps.run_id "
            "WHERE request = ? AND load_runs.status = 'ok')",
            (self.request, feed, self.run_id, self.request),
        )
        return {
            Window(first, last) for first, last, read_at in found if read_at >= calendar.ends(last)
        }
