"""The verb `check`: connections, privileges and schemas, before anything is copied."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from loader.copy import open_source, open_warehouse
from loader.drift import source_problems, warehouse_problems
from loader.errors import LoaderError
from loader.feeds import Catalog, Feed
from loader.progress import Reporter
from loader.retry import retrying
from loader.settings import Settings


def run(settings: Settings, catalog: Catalog, feeds: Sequence[Feed]) -> int:
    """Test every source and the warehouse and print what is wrong.

    Args:
        settings: of the environment.
        catalog: the feed configuration.
        feeds: which to look at.

    Returns:
        The exit code: 0 when all feeds can be copied, otherwise 1.
    """
    reporter = Reporter()
    problems: list[str] = []
    utc = catalog.clock == "UTC"
    by_server: dict[str, list[Feed]] = {}
    for feed in feeds:
        by_server.setdefault(feed.server, []).append(feed)
    for server, served in by_server.items():
        try:
            source = retrying(settings, reporter.warn)(open_source, settings, server)
            with contextlib.closing(source):
                for feed in served:
                    found = source_problems(feed, source, clock_is_utc=utc)
                    problems += found
                    if not found:
                        reporter.line(f"{feed.name}: source {server} fits")
        except LoaderError as error:
            problems.append(str(error))
    try:
        warehouse = retrying(settings, reporter.warn)(open_warehouse, settings, None)
        with contextlib.closing(warehouse):
            if warehouse.note:
                reporter.warn(warehouse.note)
            for feed in feeds:
                found = warehouse_problems(feed, warehouse)
                if not found:
                    warehouse.check_privileges(feed.raw_table)
                problems += found
    except LoaderError as error:
        problems.append(str(error))
    for problem in problems:
        reporter.error(problem)
    reporter.line(f"{len(feeds)} feeds checked, {len(problems)} problems")
    return 1 if problems else 0
