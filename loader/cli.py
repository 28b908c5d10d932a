"""The command line: verbs, options, exit codes. Errors are one line on stderr, never a trace."""

from __future__ import annotations

import json
import signal
import traceback
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer
from typer import TyperException

from loader import check, reconcile, runs, setup, status
from loader.copy import open_warehouse
from loader.errors import ConfigError, Interrupted, LoaderError
from loader.feeds import Catalog, Feed, read_catalog
from loader.progress import Reporter
from loader.settings import Settings, from_environment
from loader.windows import Calendar

OVERVIEW = """Copy the feeds of feeds.yml from the source servers into raw_* tables.

\b
The first time:
  python -m loader setup
  python -m loader check
  python -m loader load --from 2026-01-01 --to 2026-02-14
Every night:
  python -m loader load

\b
Exit codes:
  0  all done
  1  failed
  2  wrong usage or configuration; nothing was touched
  3  partial: some feeds failed, the rest is done

\b
Environment:
  STOREWATCH_TARGET           duckdb (default), mysql or mariadb
  STOREWATCH_DUCKDB_PATH      file of the warehouse on duckdb
  STOREWATCH_DB_HOST, _PORT, _USER, _PASSWORD, _SCHEMA
                              the warehouse on mysql and mariadb
  STOREWATCH_SOURCE_<SERVER>  URL of each source server that feeds.yml names:
                              mysql+pymysql://user:password@host:3306/
                              or duckdb:///file.duckdb
  STOREWATCH_FEEDS            another file instead of feeds.yml
  STOREWATCH_CONNECT_TIMEOUT, STOREWATCH_RETRIES, STOREWATCH_RETRY_BASE_SECONDS
                              patience with connections: 30 s, 3 times, 5 s
"""

LOAD_HELP = """Copy rows; without dates those of yesterday in New York and of the look-back.

A window of at most 7 days is replaced in one transaction and verified against the source, so that
loading it again changes nothing. A backfill that was interrupted goes on where it stopped when it
is started again with the same dates and feeds. Every feed gets a line when it is done, every window
that fails gets one at once.

\b
Examples:
  python -m loader load
  python -m loader load --date 2026-02-14 --feed trades --feed trade_items
  python -m loader load --from 2026-01-01 --to 2026-03-31
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None, help=OVERVIEW)

FeedOption = Annotated[
    list[str] | None,
    typer.Option("--feed", metavar="NAME", help="Only this feed; may be given several times."),
]


def _configuration(names: Sequence[str] | None) -> tuple[Settings, Catalog, list[Feed]]:
    settings = from_environment()
    catalog = read_catalog(settings.feeds_file)
    return settings, catalog, catalog.select(names or ())


def _date(option: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} {text!r} is not a date: write it as 2026-02-14") from None


@app.command("setup")
def setup_command() -> None:
    """Create the raw tables and the log tables; what exists stays as it is.

    On MySQL and MariaDB the schema is created too when it is missing and the account may.
    """
    settings = from_environment()
    setup.prepare(settings, read_catalog(settings.feeds_file))


@app.command("check")
def check_command(feed: FeedOption = None) -> None:
    """Test connections, privileges and schemas; copy nothing.

    Every column that is missing, renamed or of another type is named, of every feed.
    """
    settings, catalog, feeds = _configuration(feed)
    runs.check_sources_named(settings, feeds)
    raise typer.Exit(check.run(settings, catalog, feeds))


@app.command("load", help=LOAD_HELP)
def load_command(
    *,
    day: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="DATE", help="This business date and the look-back of each feed."
        ),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First date of a backfill.")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last date of a backfill.")
    ] = None,
    feed: FeedOption = None,
    again: Annotated[
        bool,
        typer.Option("--again", help="Also load what an interrupted backfill has loaded."),
    ] = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", help="Print a line per window, not per feed."),
    ] = False,
) -> None:
    """Copy rows."""
    settings, catalog, feeds = _configuration(feed)
    request = runs.make_request(
        Calendar(catalog),
        feeds,
        day=_date("--date", day),
        first=_date("--from", first),
        last=_date("--to", last),
        again=again,
    )
    runs.check_sources_named(settings, feeds)
    raise typer.Exit(runs.load(settings, catalog, request, verbose=verbose).exit_code)


@app.command("reconcile")
def reconcile_command(
    days: Annotated[
        int | None,
        typer.Option(metavar="N", help="Days to compare, up to yesterday; by default 35."),
    ] = None,
    feed: FeedOption = None,
) -> None:
    """Compare the last days at the source with the warehouse; load again those that differ.

    Counts and sums are compared, and between MySQL and MariaDB a checksum of all columns.
    """
    settings, catalog, feeds = _configuration(feed)
    span = catalog.reconcile_days if days is None else days
    if not 1 <= span <= 3660:
        raise ConfigError(f"--days {span} is not between 1 and 3660")
    runs.check_sources_named(settings, feeds)
    raise typer.Exit(reconcile.reconcile(settings, catalog, feeds, span).exit_code)


@app.command("status")
def status_command(
    as_json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
) -> None:
    """Say how the last run went, and up to which date each feed is fully loaded."""
    settings = from_environment()
    catalog = read_catalog(settings.feeds_file)
    warehouse = open_warehouse(settings, None)
    try:
        statuses = status.feed_statuses(warehouse, catalog)
        run = status.last_run(warehouse)
    finally:
        warehouse.close()
    if as_json:
        typer.echo(json.dumps(status.as_json(run, statuses), indent=2))
    else:
        typer.echo("\n".join(status.as_lines(run, statuses)))


def _stop(number: int, frame: FrameType | None) -> None:
    raise Interrupted


def _place(error: BaseException) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(frame.filename).name}:{frame.lineno}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: without the name of the program; those of the process when None.

    Returns:
        The exit code.
    """
    # A scheduler's TERM and Ctrl-C end a run alike: roll back, log, say so.
    before = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    reporter = Reporter()
    try:
        code = app(args=None if arguments is None else list(arguments), standalone_mode=False)
    except LoaderError as error:
        reporter.error(error)
        return error.exit_code
    except TyperException as error:
        reporter.error(f"{error.format_message()} (python -m loader --help)")
        return ConfigError.exit_code
    except Interrupted:
        reporter.error("interrupted; what was not committed is undone")
        return 1
    except Exception as error:  # noqa: BLE001 - whatever it is, people get one line
        reporter.error(f"unexpected {type(error).__name__} at {_place(error)}: {error}")
        return 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if isinstance(code, int) else 0
