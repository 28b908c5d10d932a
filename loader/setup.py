"""Creates what the loader writes: the schema, the raw tables, the log tables."""

from __future__ import annotations

import contextlib

from loader import drift, mysql
from loader.errors import LoaderError
from loader.feeds import Catalog
from loader.progress import Reporter
from loader.retry import retrying
from loader.runlog import create_log_tables
from loader.runs import locked
from loader.settings import MySQLAddress, Settings
from loader.warehouse.base import raw_columns


def prepare(settings: Settings, catalog: Catalog) -> None:
    """Create every table that is missing; what exists stays as it is.

    Args:
        settings: of the environment.
        catalog: the feed configuration.

    Raises:
        LoaderError: something could not be created, or a raw table does not fit feeds.yml.
    """
    reporter = Reporter()
    if isinstance(settings.warehouse, MySQLAddress):
        retrying(settings, reporter.warn)(_create_schema, settings, settings.warehouse)
    created = 0
    problems: list[str] = []
    with locked(settings, "setup", reporter) as warehouse:
        names = [feed.raw_table for feed in catalog.feeds.values()]
        before = [
            name for name in [*names, "load_runs", "load_steps"] if warehouse.live_columns(name)
        ]
        create_log_tables(warehouse)
        for feed in catalog.feeds.values():
            warehouse.create_table(feed.raw_table, raw_columns(feed), feed.key, feed.date_column)
            problems += drift.warehouse_problems(feed, warehouse)
        created = len(names) + 2 - len(before)
    for problem in problems:
        reporter.error(problem)
    if problems:
        raise LoaderError(
            f"{len(problems)} raw columns do not fit feeds.yml: alter or drop those tables"
        )
    reporter.line(f"{created} tables created, {len(names) + 2 - created} were there")


def _create_schema(settings: Settings, address: MySQLAddress) -> None:
    where = f"warehouse server ({address})"
    connection = mysql.connect(address, where, settings.connect_timeout)
    with contextlib.closing(connection), mysql.translated(where), connection.cursor() as cursor:
        known = cursor.execute(
            "SELECT 1 FROM information_schema.schemata WHERE schema_name = %s", (settings.schema,)
        )
        if not known:
            # Asked for only when needed: the account may have rights inside its schema alone.
            cursor.execute(
                f"CREATE DATABASE {mysql.quote(settings.schema)} "
                "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
            )
