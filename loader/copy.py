"""Copying one window of one feed: the snapshot, the transaction, the verification, the retries."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from loader import drift
from loader.errors import LoaderError, UnreachableError
from loader.feeds import Catalog, Feed
from loader.progress import Reporter
from loader.retry import retrying
from loader.runlog import RunLog, Step, utc_now
from loader.settings import DuckDBAddress, Settings
from loader.sources.base import Counts, Source, Totals
from loader.warehouse.base import Stamp, Warehouse, Written
from loader.windows import Calendar, Part, Window

# A changed snapshot may change every day there ever was.
EVERYTHING = date(1900, 1, 1)

# Engines are imported when one is opened: those not in use would cost half a second and 60 MB.


def open_source(settings: Settings, server: str) -> Source:
    """Connect to a source server, once."""
    address = settings.source(server)
    if isinstance(address, DuckDBAddress):
        from loader.sources.duckdb import DuckDBSource  # noqa: PLC0415 - as above

        return DuckDBSource(server, address)
    from loader.sources.mysql import MySQLSource  # noqa: PLC0415 - as above

    return MySQLSource(server, address, settings.connect_timeout)


def open_warehouse(settings: Settings, verb: str | None) -> Warehouse:
    """Connect to the warehouse, once.

    Args:
        settings: say where it is.
        verb: takes the run lock under this name; None to only read.
    """
    address = settings.warehouse
    if isinstance(address, DuckDBAddress):
        from loader.warehouse.duckdb import DuckDBWarehouse  # noqa: PLC0415 - as above

        return DuckDBWarehouse(address, verb)
    from loader.warehouse.mysql import MySQLWarehouse  # noqa: PLC0415 - as above

    return MySQLWarehouse(address, settings.schema, settings.connect_timeout, verb)


class Copier:
    """Copies windows; keeps the connections open between them and replaces broken ones.

    Args:
        settings: addresses and retries.
        catalog: the feed configuration.
        warehouse: holds the run lock.
        log: of this run.
        reporter: is told about retries.
    """

    def __init__(
        self,
        settings: Settings,
        catalog: Catalog,
        warehouse: Warehouse,
        log: RunLog,
        reporter: Reporter,
    ) -> None:
        self._settings = settings
        self._warehouse = warehouse
        self._log = log
        self._reporter = reporter
        self.calendar = Calendar(catalog)
        self.window_days = catalog.window_days
        self._clock_is_utc = catalog.clock == "UTC"
        self._sources: dict[str, Source] = {}
        self._warehouse_broken = False

    def source(self, server: str) -> Source:
        """The connection to a source server, opened with retries when there is none."""
        if server not in self._sources:
            self._sources[server] = retrying(self._settings, self._reporter.warn)(
                open_source, self._settings, server
            )
        return self._sources[server]

    def unfit(self, feeds: Iterable[Feed]) -> dict[str, list[str]]:
        """Look at every feed before anything is copied, and log those that do not fit.

        Returns:
            Per feed that cannot be copied, why not.
        """
        problems: dict[str, list[str]] = {}
        unreachable: dict[str, LoaderError] = {}
        for feed in feeds:
            try:
                if feed.server in unreachable:
                    raise unreachable[feed.server]
                source = self.source(feed.server)
            except LoaderError as error:
                unreachable[feed.server] = error
                problems[feed.name] = [f"feed {feed.name}: {error}"]
                continue
            try:
                found = drift.source_problems(feed, source, clock_is_utc=self._clock_is_utc)
                found += drift.warehouse_problems(feed, self._warehouse)
            except LoaderError as error:
                self._drop_source(feed.server)
                found = [f"feed {feed.name}: {error}"]
            if found:
                problems[feed.name] = found
        for name, found in problems.items():
            # No window was tried, yet the log has to say why the feed stands still.
            self._log_failure(Step(0, name, None, utc_now(), message="; ".join(found)))
        return problems

    def copy(self, feed: Feed, window: Window | None) -> Step:
        """Copy one window, from its beginning again after a connection error.

        Args:
            feed: what to copy.
            window: which dates; None for a feed that is copied whole.

        Returns:
            The step as it was logged.

        Raises:
            LoaderError: it failed; the warehouse is as it was before, and the step is logged.
        """
        part = self.calendar.part(feed, window)
        step = Step(0, feed.name, window, utc_now())
        try:
            retrying(self._settings, self._reporter.warn)(self._attempt, part, step)
        except LoaderError as error:
            text = str(error)
            named = text if text.startswith("feed ") else f"feed {part}: {text}"
            step.message = named
            self._log_failure(step)
            raise type(error)(named) from None
        return step

    def totals(
        self, part: Part, days: Sequence[tuple[date, Part]]
    ) -> tuple[dict[date | None, Totals], dict[date | None, Totals]]:
        """Totals of a part at the source and in the warehouse; see `Source.totals`."""

        def compute() -> tuple[dict[date | None, Totals], dict[date | None, Totals]]:
            self.mend()
            server = part.feed.server
            if server not in self._sources:
                self._sources[server] = open_source(self._settings, server)
            try:
                return self._sources[server].totals(part, days), self._warehouse.totals(part, days)
            except UnreachableError:
                self._drop_source(server)
                self._warehouse_broken = True
                raise

        return retrying(self._settings, self._reporter.warn)(compute)

    def mend(self) -> None:
        """Replace the connection to the warehouse when it is broken.

        Raises:
            UnreachableError: that did not work; a later call tries again.
        """
        if self._warehouse_broken:
            self._warehouse.reconnect()
            self._warehouse_broken = False

    def close(self) -> None:
        """Close the connections to the sources."""
        for server in list(self._sources):
            self._drop_source(server)

    def _attempt(self, part: Part, step: Step) -> None:
        self.mend()
        feed = part.feed
        try:
            # A new number each time: should only the answer to a commit be lost, the step that it
            # wrote stays true.
            step.load_id = self._log.next_load_id()
            # Not through the retries of `source`: those of the window are already running.
            if feed.server not in self._sources:
                self._sources[feed.server] = open_source(self._settings, feed.server)
            self._transfer(self._sources[feed.server], part, step)
        except LoaderError:
            # The result of a query may be half read: such a connection is of no further use.
            self._drop_source(feed.server)
            try:
                self._warehouse.rollback()
            except LoaderError:
                self._warehouse_broken = True
            raise
        except BaseException:
            # Stopped anywhere, perhaps between a command and its answer: neither is of use.
            self._drop_source(feed.server)
            self._warehouse_broken = True
            raise

    def _transfer(self, source: Source, part: Part, step: Step) -> None:
        warehouse = self._warehouse
        step.read_at = source.begin()
        counts = source.count(part, unreal_dates=not warehouse.is_mysql)
        step.rows_source, step.rows_undated = counts.rows, counts.undated
        self._refuse_empty(source, part, counts)
        warehouse.begin()
        before = self._content(part)
        written = warehouse.replace(source, part, Stamp(step.load_id, utc_now()))
        step.rows_read, step.rows_written = written.rows_read, written.rows_written
        step.rows_deleted = written.rows_deleted
        self._verify(part, counts, written)
        if part.window:
            step.touched_from = part.window.first
            if written.moved_from is not None:
                came_from = self.calendar.business_date(written.moved_from)
                step.touched_from = min(step.touched_from, came_from)
        elif self._content(part) != before:
            step.touched_from = EVERYTHING
        if counts.unreal:
            step.message = f"{counts.unreal} dates that no calendar knows became NULL"
        self._log.write(step, "ok")
        warehouse.commit()
        source.end()

    def _content(self, part: Part) -> Counter[tuple[Any, ...]]:
        """The rows of a snapshot, which are few, in the warehouse; none of a window."""
        if part.window:
            return Counter()
        rows = self._warehouse.run(f"SELECT * FROM {part.feed.raw_table}")
        return Counter(row[: len(part.feed.columns)] for row in rows)

    @staticmethod
    def _refuse_empty(source: Source, part: Part, counts: Counts) -> None:
        if counts.rows or counts.undated:
            return
        if part.window is None or source.is_empty(part.feed):
            raise LoaderError(
                f"feed {part.feed.name}: source table {part.feed.source_names} is empty; "
                "the warehouse keeps what it has"
            )

    @staticmethod
    def _verify(part: Part, counts: Counts, written: Written) -> None:
        if counts.rows == written.rows_read == written.rows_written == written.rows_present:
            return
        raise LoaderError(
            f"feed {part}: row counts differ: {counts.rows} counted at the source, "
            f"{written.rows_read} read, {written.rows_written} written, "
            f"{written.rows_present} present"
        )

    def _log_failure(self, step: Step) -> None:
        # The failure itself is reported anyway: not being able to log it adds nothing.
        with contextlib.suppress(LoaderError):
            self.mend()
            step.load_id = self._log.next_load_id()
            self._log.write(step, "failed")

    def _drop_source(self, server: str) -> None:
        source = self._sources.pop(server, None)
        if source:
            source.close()
