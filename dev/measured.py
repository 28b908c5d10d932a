"""Commands as processes: how long one took, how much memory, and whether the machine was idle."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

IDLE_SHARE, IDLE_TRIES = 0.9, 90
LAST_LINES = 30
OWN_REFERENCES = Path("/proc/self/clear_refs")


class CommandError(Exception):
    """A command failed; the message is its name and the end of what it printed."""


@dataclass(frozen=True)
class Spent:
    """What a process took.

    Attributes:
        seconds: from start to end.
        peak_mb: the most memory of the process itself, in MiB; not less than this one has, which
            started it.
    """

    seconds: float
    peak_mb: int


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> Spent:
    """Run a command to its end, without its output.

    Args:
        command: program and arguments.
        environment: variables that are added to those of this process.
        directory: where it runs; that of this process without one.

    Raises:
        CommandError: it ended with another code than 0.
    """
    with tempfile.TemporaryFile(mode="w+", encoding="utf-8", errors="replace") as output:
        _forget_own_peak()
        began = time.perf_counter()
        process = subprocess.Popen(
            command,
            cwd=directory,
            env=os.environ | dict(environment or {}),
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        # wait4 gives the figures of this one child.
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            output.seek(0)
            end = "".join(output.readlines()[-LAST_LINES:])
            raise CommandError(f"{Path(command[0]).name} ended with {process.returncode}\n{end}")
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return Spent(seconds, usage.ru_maxrss // unit)


def _forget_own_peak() -> None:
    """Let a child begin with the memory this process has, not with the most it ever had.

    When it starts another program, Linux credits the child with the peak of its parent.
    """
    if os.access(OWN_REFERENCES, os.W_OK):
        OWN_REFERENCES.write_text("5", encoding="ascii")


def wait_until_idle() -> bool:
    """Wait until the processors do nothing else, at most a minute and a half.

    A server goes on for a while after a copy or a build: it purges deleted rows and writes pages,
    which the next measurement would pay for. Where the system does not tell, nothing is waited for.

    Returns:
        Whether the machine was idle in the end.
    """
    statistics_file = Path("/proc/stat")
    if not statistics_file.exists():
        return True
    for _ in range(IDLE_TRIES):
        before = _ticks(statistics_file)
        time.sleep(1)
        after = _ticks(statistics_file)
        spent, idle = after[0] - before[0], after[1] - before[1]
        if spent and idle / spent > IDLE_SHARE:
            return True
    return False


def _ticks(statistics_file: Path) -> tuple[int, int]:
    """All ticks of the processors since the start, and the idle ones among them."""
    fields = [int(text) for text in statistics_file.read_text().split("\n", 1)[0].split()[1:]]
    return sum(fields[:8]), fields[3] + fields[4]
