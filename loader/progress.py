"""What a run says: a bar on stderr on a terminal, and plain lines everywhere."""

from __future__ import annotations

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from loader.errors import one_line


class Reporter:
    """Prints results to stdout, errors to stderr, and progress to stderr when it is a terminal.

    Args:
        total: number of steps ahead.
        verbose: whether every window is worth a line, or only every feed.
    """

    def __init__(self, total: int = 0, *, verbose: bool = False) -> None:
        self.verbose = verbose
        console = Console(stderr=True)
        self._progress = (
            Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=console,
                # What is printed goes through unchanged: stdout may be a file.
                redirect_stdout=sys.stdout.isatty(),
                transient=True,
            )
            if console.is_terminal and total
            else None
        )
        self._task = self._progress.add_task("load", total=total) if self._progress else None

    def __enter__(self) -> Reporter:
        if self._progress:
            self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._progress:
            self._progress.stop()

    def begin(self, what: str) -> None:
        """Say what is being worked on; only shown beside the bar."""
        if self._progress and self._task is not None:
            self._progress.update(self._task, description=what)

    def advance(self) -> None:
        """One step is over."""
        if self._progress and self._task is not None:
            self._progress.advance(self._task)

    def line(self, text: str) -> None:
        """A result."""
        print(one_line(text), flush=True)

    def warn(self, text: str) -> None:
        """Something to know that is no failure."""
        print(f"note: {one_line(text)}", file=sys.stderr, flush=True)

    def error(self, text: object) -> None:
        """A failure; the run may go on."""
        print(f"error: {one_line(text)}", file=sys.stderr, flush=True)
