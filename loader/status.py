"""What has been loaded so far, for people and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from loader.errors import LoaderError
from loader.feeds import Catalog
from loader.warehouse.base import Warehouse
from loader.windows import Calendar

RUN_COLUMNS = ("run_id", "verb", "request", "started_at", "finished_at", "status", "message")


@dataclass(frozen=True)
class FeedStatus:
    """State of one feed.

    Attributes:
        fully_loaded: last business date that a successful window covers and that had ended when
            the window was read; for a feed that is copied whole, the last date that had ended.
        loaded_at: when its last successful step was read, UTC.
        failed_at: end of its last failed step, UTC; None when a later one succeeded.
        failure: what that step said.
    """

    feed: str
    fully_loaded: date | None
    loaded_at: datetime | None
    failed_at: datetime | None
    failure: str | None


def last_run(warehouse: Warehouse) -> dict[str, Any] | None:
    """The run that began last; None when there was none."""
    found = warehouse.run(
        f"SELECT {', '.join(RUN_COLUMNS)} FROM load_runs "
        "ORDER BY started_at DESC, run_id DESC LIMIT 1"
    )
    return dict(zip(RUN_COLUMNS, found[0], strict=True)) if found else None


def feed_statuses(warehouse: Warehouse, catalog: Catalog) -> list[FeedStatus]:
    """State of every feed of the configuration.

    Raises:
        LoaderError: the log tables do not exist yet.
    """
    if not warehouse.live_columns("load_steps"):
        raise LoaderError("table load_steps is missing: run `python -m loader setup`")
    calendar = Calendar(catalog)
    loaded = warehouse.run(
        "SELECT feed, window_from, window_to, read_at, load_id FROM load_steps "
        "WHERE status = 'ok' ORDER BY load_id"
    )
    failed = warehouse.run(
        "SELECT feed, finished_at, message, load_id FROM load_steps "
        "WHERE status = 'failed' ORDER BY load_id"
    )
    full: dict[str, date] = {}
    read: dict[str, tuple[datetime, int]] = {}
    for feed, first, last, read_at, load_id in loaded:
        ended = calendar.last_ended(read_at)
        day = ended if last is None else min(last, ended)
        if first is None or day >= first:
            full[feed] = max(full.get(feed, day), day)
        read[feed] = (read_at, load_id)
    failures = {feed: (at, message, load_id) for feed, at, message, load_id in failed}
    statuses = []
    for name in catalog.feeds:
        read_at, ok_id = read.get(name, (None, 0))
        failed_at, message, bad_id = failures.get(name, (None, None, 0))
        current = bad_id > ok_id
        statuses.append(
            FeedStatus(
                name,
                full.get(name),
                read_at,
                failed_at if current else None,
                message if current else None,
            )
        )
    return statuses


def as_json(run: dict[str, Any] | None, statuses: list[FeedStatus]) -> dict[str, Any]:
    """Both as JSON types; instants in UTC with a Z."""
    return {
        "last_run": {key: _plain(value) for key, value in run.items()} if run else None,
        "feeds": [
            {key: _plain(value) for key, value in vars(status).items()} for status in statuses
        ],
    }


def as_lines(run: dict[str, Any] | None, statuses: list[FeedStatus]) -> list[str]:
    """Both as lines for people."""
    lines = ["last run: none"]
    if run:
        lines = [
            f"last run: {run['verb']} ({run['request']}), {run['status']}, "
            f"started {run['started_at']} UTC: {run['message'] or 'no result yet'}"
        ]
    width = max(len(status.feed) for status in statuses)
    for status in statuses:
        state = f"fully loaded up to {status.fully_loaded or '(never)'}"
        if status.failed_at:
            state += f"; failed {status.failed_at} UTC: {status.failure}"
        lines.append(f"{status.feed:<{width}}  {state}")
    return lines


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat() + "Z"
    return value.isoformat() if isinstance(value, date) else value
