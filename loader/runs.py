"""A whole run: its request, its lock, its log, its outcome."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from loader.copy import Copier, open_warehouse
from loader.errors import ConfigError, LoaderError, UnreachableError
from loader.feeds import Catalog, Feed
from loader.progress import Reporter
from loader.retry import retrying
from loader.runlog import RunLog, Step
from loader.settings import Settings
from loader.warehouse.base import Warehouse
from loader.windows import Calendar, Window


@dataclass(frozen=True)
class Request:
    """What `load` was asked for.

    Attributes:
        last: the asked date, or the last one of a backfill.
        first: first date of a backfill; None for a date with the look-back of each feed.
        feeds: what to load, in order.
        again: whether windows that an unfinished run has loaded are loaded once more.
    """

    last: date
    first: date | None
    feeds: Sequence[Feed]
    again: bool = False

    @property
    def is_backfill(self) -> bool:
        """Whether a range was asked for."""
        return self.first is not None

    def windows(self, feed: Feed, days: int) -> list[Window | None]:
        """The steps for a feed; a feed without a date column has one, the whole.

        Args:
            feed: one of the feeds.
            days: longest window.
        """
        if feed.date_column is None:
            return [None]
        first = self.first or self.last - timedelta(days=feed.lookback_days)
        return list(Window(first, self.last).cut(days))

    def describe(self, catalog: Catalog) -> str:
        """The request in words that are the same whenever it is made again."""
        names = [feed.name for feed in self.feeds]
        which = "all feeds" if names == list(catalog.feeds) else " ".join(names)
        if len(which) > 400:
            which = f"{len(names)} feeds, {which[:380]}"
        dates = f"from {self.first} to {self.last}" if self.first else f"date {self.last}"
        return f"{dates}: {which}"


def make_request(
    calendar: Calendar,
    feeds: Sequence[Feed],
    *,
    day: date | None,
    first: date | None,
    last: date | None,
    again: bool,
) -> Request:
    """Check the dates of a request.

    Args:
        calendar: knows today's business date.
        feeds: what to load.
        day: a date to load with its look-back; yesterday when nothing is given.
        first: of a range to load instead.
        last: of that range.
        again: see `Request`.

    Raises:
        ConfigError: the dates contradict each other or lie in the future.
    """
    today = calendar.today()
    if day and (first or last):
        raise ConfigError("--date and --from/--to exclude each other: give one of them")
    if (first is None) != (last is None):
        raise ConfigError("--from and --to belong together: give both")
    for option, value in (("--date", day), ("--from", first), ("--to", last)):
        if value and value > today:
            raise ConfigError(f"{option} {value} is in the future: {today} at the latest")
    if first and last and first > last:
        raise ConfigError(f"--from {first} is after --to {last}: give the earlier date first")
    return Request(last or day or today - timedelta(days=1), first, feeds, again)


@dataclass
class Outcome:
    """How a run went.

    Attributes:
        done: feeds that were copied completely.
        failed: the others.
        steps: windows that were copied.
        rows: rows in them.
    """

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    steps: int = 0
    rows: int = 0

    @property
    def status(self) -> str:
        """`ok`, `partial` or `failed`, as in load_runs."""
        if not self.failed:
            return "ok"
        return "partial" if self.done else "failed"

    @property
    def exit_code(self) -> int:
        """What the process ends with."""
        return {"ok": 0, "partial": 3, "failed": 1}[self.status]

    def add(self, step: Step) -> None:
        """Count a step."""
        self.steps += 1
        self.rows += step.rows_written

    def settle(self, feed: Feed, *, failed: bool) -> None:
        """Count a feed."""
        (self.failed if failed else self.done).append(feed.name)

    def __str__(self) -> str:
        text = f"{len(self.done)} feeds done, {self.steps} windows, {self.rows:,} rows"
        return f"{text}; failed: {', '.join(self.failed)}" if self.failed else text


@contextlib.contextmanager
def locked(settings: Settings, verb: str, reporter: Reporter) -> Iterator[Warehouse]:
    """The warehouse, opened with retries, with the run lock held.

    Raises:
        LoaderError: it cannot be opened, or another run holds it.
    """
    warehouse = retrying(settings, reporter.warn)(open_warehouse, settings, verb)
    try:
        yield warehouse
    finally:
        warehouse.close()


def check_sources_named(settings: Settings, feeds: Sequence[Feed]) -> None:
    """Fail unless the environment names every source that the feeds need.

    Raises:
        ConfigError: names the first variable that is missing or wrong.
    """
    for server in dict.fromkeys(feed.server for feed in feeds):
        settings.source(server)


@contextlib.contextmanager
def logged(
    settings: Settings, catalog: Catalog, verb: str, request: str, reporter: Reporter
) -> Iterator[tuple[Copier, RunLog, Outcome]]:
    """A run: takes the lock, opens the log, and closes both whatever happens.

    Args:
        settings: of the environment.
        catalog: the feed configuration.
        verb: what the run does.
        request: what it was asked for.
        reporter: where it speaks.
    """
    with locked(settings, verb, reporter) as warehouse:
        if not warehouse.live_columns("load_runs"):
            raise LoaderError("table load_runs is missing: run `python -m loader setup`")
        log = RunLog(warehouse, verb, request)
        if warehouse.note:
            reporter.warn(warehouse.note)
        copier = Copier(settings, catalog, warehouse, log, reporter)
        outcome = Outcome()
        try:
            yield copier, log, outcome
        except BaseException as error:
            interrupted = not isinstance(error, LoaderError)
            with contextlib.suppress(LoaderError):
                copier.mend()
                log.finish("interrupted" if interrupted else "failed", f"{outcome}; {error}")
            raise
        finally:
            copier.close()
        log.finish(outcome.status, str(outcome))


def load(
    settings: Settings, catalog: Catalog, request: Request, *, verbose: bool = False
) -> Outcome:
    """Copy what was asked for; a feed that fails does not stop the others.

    Args:
        settings: of the environment.
        catalog: the feed configuration.
        request: what to copy.
        verbose: says what every window brought, and not only every feed.

    Raises:
        LoaderError: the run as a whole could not be done.
    """
    plan = {feed.name: request.windows(feed, catalog.window_days) for feed in request.feeds}
    reporter = Reporter(sum(len(windows) for windows in plan.values()), verbose=verbose)
    text = request.describe(catalog)
    with (
        reporter,
        logged(settings, catalog, "load", text, reporter) as (copier, log, outcome),
    ):
        problems = copier.unfit(request.feeds)
        for found in problems.values():
            for problem in found:
                reporter.error(problem)
        for feed in request.feeds:
            if feed.name in problems:
                outcome.settle(feed, failed=True)
                continue
            done = (
                log.done_before(feed.name, copier.calendar)
                if request.is_backfill and not request.again
                else set()
            )
            todo = [window for window in plan[feed.name] if window not in done]
            skipped = len(plan[feed.name]) - len(todo)
            if skipped:
                reporter.line(
                    f"{feed.name}: {skipped} windows were loaded before this backfill was "
                    "interrupted and are skipped (--again loads them too)"
                )
            copy_feed(copier, feed, todo, reporter, outcome)
        reporter.line(str(outcome))
    return outcome


def copy_feed(
    copier: Copier,
    feed: Feed,
    windows: Sequence[Window | None],
    reporter: Reporter,
    outcome: Outcome,
) -> None:
    """Copy windows of a feed one by one, say how it went and count it.

    A window that fails does not stop the next one, unless the server is out of reach.
    """
    failed = False
    steps: list[Step] = []
    try:
        for window in windows:
            reporter.begin(f"{feed.name} {window or ''}")
            try:
                step = copier.copy(feed, window)
            except LoaderError as error:
                failed = True
                reporter.error(error)
                if isinstance(error, UnreachableError):
                    break
            else:
                outcome.add(step)
                steps.append(step)
                if reporter.verbose:
                    reporter.line(steps_text([step], of=1))
            reporter.advance()
    finally:
        # Also when the run is stopped: what these windows brought stays.
        if steps and not reporter.verbose:
            reporter.line(steps_text(steps, of=len(windows)))
    outcome.settle(feed, failed=failed)


def steps_text(steps: Sequence[Step], of: int) -> str:
    """Steps of one feed in one line.

    Args:
        steps: at least one, oldest window first.
        of: how many windows there were to copy; some may have failed.
    """
    first, last = steps[0], steps[-1]
    dates = (
        f" {Window(first.window.first, last.window.last)}" if first.window and last.window else ""
    )
    written = sum(step.rows_written for step in steps)
    deleted = sum(step.rows_deleted for step in steps)
    text = f"{first.feed}{dates}: {written:,} rows in the place of {deleted:,}"
    if of > 1:
        count = f"{of}" if len(steps) == of else f"{len(steps)} of {of}"
        text += f" in {count} windows"
    # Of the whole feed, so every step counts the same ones.
    if last.rows_undated:
        text += f", {last.rows_undated:,} rows of the source have no date"
    moved_from = [
        step.touched_from
        for step in steps
        if step.window and step.touched_from and step.touched_from < step.window.first
    ]
    if moved_from:
        text += f", a row moved here from {min(moved_from)}"
    messages = [step.message for step in steps if step.message]
    if messages:
        text += f"; {messages[0]}"
    if len(messages) > 1:
        text += f", likewise in {len(messages) - 1} more windows"
    return text
