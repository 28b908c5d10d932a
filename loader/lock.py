"""One run per warehouse at a time."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import socket
from datetime import UTC, datetime
from pathlib import Path

from loader.errors import LoaderError


def lock_name(schema: str) -> str:
    """Name of the server-wide lock of a warehouse schema; at most 64 characters."""
    name = f"storewatch:{schema}"
    if len(name) <= 64:
        return name
    return f"storewatch:{hashlib.sha256(schema.encode()).hexdigest()[:48]}"


def held_message(holder: str) -> str:
    """What the second run says.

    Args:
        holder: who has the lock, as far as it is known.
    """
    return f"another run holds the warehouse: {holder}"


class FileLock:
    """A lock on a file beside a DuckDB database; the system drops it when the process ends.

    Args:
        database: the database file; the lock file gets its name with `.lock` behind it.
        verb: what this run does, for the message of the next one.
    """

    def __init__(self, database: Path, verb: str) -> None:
        path = database.with_name(database.name + ".lock")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+", encoding="utf-8")
        except OSError as error:
            raise LoaderError(f"warehouse {database}: {error.strerror}: {path}") from None
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self._file.seek(0)
            holder = _describe(self._file.read())
            self._file.close()
            raise LoaderError(held_message(holder)) from None
        self._file.seek(0)
        self._file.truncate()
        started = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        content = {"verb": verb, "pid": os.getpid(), "host": socket.gethostname()}
        json.dump({**content, "started_at": started}, self._file)
        self._file.flush()

    def release(self) -> None:
        """Give it back. The file stays: removing it would let two runs lock different files."""
        self._file.close()


def holder_text(verb: object, pid: object, host: object, started_at: object) -> str:
    """Who holds the lock, as messages show it."""
    return f"{verb} (process {pid} on {host}, since {started_at} UTC)"


def _describe(content: str) -> str:
    try:
        found = json.loads(content)
        return holder_text(found["verb"], found["pid"], found["host"], found["started_at"])
    except (ValueError, KeyError, TypeError):
        # The holder has locked the file and not yet written to it.
        return "a run that has just started"
