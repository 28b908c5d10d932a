"""Connections to DuckDB files, for sources and for the warehouse alike."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from loader.errors import LoaderError, one_line
from loader.sources.base import LiveColumn, LiveKind

# DuckDB works inside the loader's process and would take most of the machine's memory.
MEMORY_LIMIT = "64MB"
BATCH_ROWS = 20_000

INTEGER_BITS = {
    "TINYINT": 8,
    "UTINYINT": 9,
    "SMALLINT": 16,
    "USMALLINT": 17,
    "INTEGER": 32,
    "UINTEGER": 33,
    "BIGINT": 64,
    "UBIGINT": 65,
}
KINDS: dict[str, LiveKind] = {"VARCHAR": "string", "DATE": "date", "TIMESTAMP": "datetime"}


@contextlib.contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn DuckDB's errors into errors that people read.

    Args:
        where: what was going on; begins the message.
    """
    try:
        yield
    except duckdb.Error as error:
        raise LoaderError(f"{where}: {one_line(error)}") from None


def connect(path: Path, where: str, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open a database file.

    Args:
        path: the file; it must exist when it is opened read only.
        where: its name for messages.
        read_only: leaves the file as it is, and other readers in.

    Raises:
        LoaderError: it is missing, is no database, or another process holds it.
    """
    if read_only and not path.exists():
        raise LoaderError(f"{where}: the file does not exist")
    config: dict[str, Any] = {
        "memory_limit": MEMORY_LIMIT,
        # Order costs memory when rows are copied in bulk, and nothing here depends on it.
        "preserve_insertion_order": False,
        # Every thread holds buffers of its own, and the source is what copies wait for.
        "threads": 1,
    }
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.IOException as error:
        holder = re.search(r"held in .*?\(PID (\d+)\)", str(error))
        if holder:
            raise LoaderError(f"{where}: in use by process {holder[1]}") from None
        raise LoaderError(f"{where}: {one_line(error)}") from None
    except duckdb.Error as error:
        raise LoaderError(f"{where}: {one_line(error)}") from None


def quote(*names: str) -> str:
    """Quote an identifier, or several joined by dots."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in names)


def read_columns(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str
) -> list[LiveColumn]:
    """Columns of a table in their order; empty when it does not exist."""
    rows = connection.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE database_name = current_database() AND schema_name = ? AND table_name = ? "
        "ORDER BY column_index",
        [schema, table],
    ).fetchall()
    return [_live_column(*row) for row in rows]


def _live_column(name: str, data_type: str, nullable: bool) -> LiveColumn:
    if data_type in INTEGER_BITS:
        return LiveColumn(name, "int", data_type, size=INTEGER_BITS[data_type], nullable=nullable)
    match = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", data_type)
    if match:
        return LiveColumn(name, "decimal", data_type, int(match[1]), int(match[2]), nullable)
    return LiveColumn(name, KINDS.get(data_type, "other"), data_type, nullable=nullable)
