"""Compares the last days at the source with the warehouse and loads again what differs.

That is how refunds, late posts and deletions outside the look-back are found.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from loader.copy import Copier
from loader.errors import LoaderError
from loader.feeds import Catalog, Feed
from loader.progress import Reporter
from loader.runs import Outcome, copy_feed, logged
from loader.settings import Settings
from loader.sources.base import Totals
from loader.windows import Window


def reconcile(settings: Settings, catalog: Catalog, feeds: list[Feed], days: int) -> Outcome:
    """Compare the last days of the feeds, load again those that differ, and say which.

    Args:
        settings: of the environment.
        catalog: the feed configuration.
        feeds: which to compare.
        days: how many, yesterday included as the last.

    Raises:
        LoaderError: the run as a whole could not be done.
    """
    reporter = Reporter(len(feeds))
    request = f"{days} days: {' '.join(feed.name for feed in feeds)}"[:500]
    with (
        reporter,
        logged(settings, catalog, "reconcile", request, reporter) as (copier, _, outcome),
    ):
        problems = copier.unfit(feeds)
        yesterday = copier.calendar.today() - timedelta(days=1)
        window = Window(yesterday - timedelta(days=days - 1), yesterday)
        for feed in feeds:
            reporter.begin(feed.name)
            if feed.name in problems:
                for problem in problems[feed.name]:
                    reporter.error(problem)
                outcome.settle(feed, failed=True)
            else:
                _reconcile_feed(copier, feed, window, reporter, outcome)
            reporter.advance()
        reporter.line(f"loaded again: {outcome}")
    return outcome


def _reconcile_feed(
    copier: Copier,
    feed: Feed,
    window: Window,
    reporter: Reporter,
    outcome: Outcome,
) -> None:
    try:
        found = differences(copier, feed, window)
    except LoaderError as error:
        reporter.error(f"feed {feed.name}: {error}")
        outcome.settle(feed, failed=True)
        return
    for day, text in found.items():
        reporter.line(f"{feed.name}{f' {day}' if day else ''} differs: {text}")
    if not found:
        reporter.line(f"{feed.name}: no difference")
    windows = merge([day for day in found if day], copier.window_days)
    copy_feed(copier, feed, [None] if None in found else windows, reporter, outcome)


def differences(copier: Copier, feed: Feed, window: Window) -> dict[date | None, str]:
    """Which dates of a feed differ, and in what; None stands for a feed that is copied whole.

    Args:
        copier: has the connections.
        feed: one feed.
        window: the dates to compare.
    """
    calendar = copier.calendar
    dated = feed.date_column is not None
    part = calendar.part(feed, window if dated else None)
    days = [(day, calendar.part(feed, Window(day, day))) for day in window.days] if dated else []
    there, here = copier.totals(part, days)
    none = Totals(0, dict.fromkeys(name for name, kind in feed.columns.items() if kind.is_numeric))
    texts: dict[date | None, str] = {}
    keys: list[date | None] = [day for day, _ in days] or [None]
    for key in keys:
        source, raw = there.get(key, none), here.get(key, none)
        text = _difference(source, raw)
        if text:
            texts[key] = text
    return texts


def merge(days: Iterable[date], longest: int) -> list[Window]:
    """Join neighbouring dates into windows.

    Args:
        days: dates in any order.
        longest: days of a window at most.
    """
    windows: list[Window] = []
    for day in sorted(days):
        last = windows[-1] if windows else None
        if last and day - last.last == timedelta(days=1) and (day - last.first).days < longest:
            windows[-1] = Window(last.first, day)
        else:
            windows.append(Window(day, day))
    return windows


def _difference(source: Totals, raw: Totals) -> str:
    parts = []
    if source.rows != raw.rows:
        parts.append(f"rows {source.rows:,} at the source, {raw.rows:,} here")
    parts += [
        f"sum of {name} {total} at the source, {raw.sums[name]} here"
        for name, total in source.sums.items()
        if total != raw.sums[name]
    ]
    comparable = source.checksum is not None and raw.checksum is not None
    if not parts and comparable and source.checksum != raw.checksum:
        parts.append("same counts and sums, another value changed")
    return "; ".join(parts)
