"""How long the dbt part takes: a night on MariaDB, and everything anew for a large network.

    python -m dev.bench_build [--nights 3] [--scale 1]

The night: two warehouses on one private MariaDB hold the same ten stores, one with a year of
history and one with two. Night after night, in turns, the loader copies a day and its look-back
into each and `dbt build` follows, tests included. What a longer history costs is the ratio.

The network: ten stores are multiplied in DuckDB to 200, and the store half of two years is built
from nothing under a memory limit.

History is half a year of sample rows in which every store is open, that came to pass several times
in a row. The table goes to docs/benchmarks/build.md.
"""

from __future__ import annotations

import csv
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import duckdb
import typer

from dev.measured import CommandError, Spent, run, wait_until_idle
from dev.multiplied import COPIED, Multiple
from dev.sample.stores import STORES_SEED
from dev.scratch import PROJECT_ROOT, Scratch, on_duckdb
from dev.servers import MariaDB, Server, ServerError
from loader.feeds import read_catalog

REPORT = PROJECT_ROOT / "docs" / "benchmarks" / "build.md"
FEEDS = PROJECT_ROOT / "loader" / "feeds.yml"
PORT = 3318
LAST_DAY = date(2026, 11, 20)
HALF_YEAR = 182
COPIES = 20
MEMORY_LIMIT = "3GB"
AIM_NIGHT_SECONDS, AIM_NETWORK_SECONDS, AIM_LONGER, AIM_NETWORK_MB = 60, 120, 1.15, 4096
STORE_HALF = ("--exclude", "storewatch.intermediate.forecast", "storewatch.marts.forecast_accuracy")
FORECAST_FEEDS = ("order_predictions", "stock_changes")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass
class Night:
    """What a build of one day took.

    Attributes:
        spent: the whole command.
        models: seconds of the models; the rest are tests and dbt's own start.
        is_calm: whether the machine was idle before.
    """

    spent: Spent
    models: float
    is_calm: bool


@dataclass
class History:
    """A warehouse with so many days of history, and what its nights took.

    Attributes:
        scratch: the copy of the project that builds it.
        first: first business date.
        full: the build of everything that came before the nights.
        nights: the builds of one day each.
    """

    scratch: Scratch
    first: date
    full: Spent | None = None
    nights: list[Night] = field(default_factory=list)

    def begin(self, as_of: date) -> None:
        """Load and build everything up to a day."""
        self.scratch.create()
        self.scratch.loader("setup")
        self.scratch.loader("load", "--from", f"{self.first}", "--to", f"{as_of}")
        self.full = self.scratch.dbt(as_of, "build")

    def night(self, as_of: date) -> None:
        """Load and build one more day, on a machine that is idle."""
        self.scratch.loader("load", "--date", f"{as_of}")
        is_calm = wait_until_idle()
        spent = self.scratch.dbt(as_of, "build")
        results = json.loads((self.scratch.folder / "target" / "run_results.json").read_text())
        models = sum(
            result["execution_time"]
            for result in results["results"]
            if result["unique_id"].startswith("model.")
        )
        self.nights.append(Night(spent, models, is_calm))

    @property
    def seconds(self) -> float:
        """Seconds of a night, the median."""
        return statistics.median(night.spent.seconds for night in self.nights)

    @property
    def model_seconds(self) -> float:
        """Seconds of its models, the median."""
        return statistics.median(night.models for night in self.nights)


@dataclass(frozen=True)
class Network:
    """What a large network took.

    Attributes:
        spent: the build of its store half.
        rows: rows that it read, by feed.
        is_calm: whether the machine was idle before.
    """

    spent: Spent
    rows: dict[str, int]
    is_calm: bool


def seed_stores() -> list[dict[str, str]]:
    """Return the rows of the stores seed."""
    with STORES_SEED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def multiple(copies: int, repeats: int) -> Multiple:
    """Return how half a year of the stores of the seed is multiplied."""
    shops = tuple(row["shop_no"] for row in seed_stores())
    return Multiple(shops, copies, repeats, HALF_YEAR, LAST_DAY)


def sources(folder: Path, scale: float, repeats: int) -> dict[str, str]:
    """Write sources with half a year of sample rows, so many times in a row.

    Returns:
        The variables that name them.
    """
    database = folder / f"sources_{scale:g}_{repeats}.duckdb"
    half_year = multiple(1, 1)
    dates = ("--from", f"{half_year.first}", "--to", f"{LAST_DAY}")
    sample = [sys.executable, "-m", "dev.sample", *dates, "--scale", f"{scale}"]
    run([*sample, "--database", str(database)], directory=PROJECT_ROOT)
    feeds = read_catalog(FEEDS).feeds
    with closing(duckdb.connect(str(database))) as connection:
        for name, feed in feeds.items():
            for table in feed.tables:
                multiple(1, repeats).apply(connection, feed.full_name(table), name)
    servers = {feed.server for feed in feeds.values()}
    return {f"STOREWATCH_SOURCE_{server}": f"duckdb:///{database}" for server in servers}


def nights_on_mariadb(
    server: Server, folder: Path, scale: float, nights: int
) -> tuple[History, History]:
    """Measure the nights of a year and of two years of history, in turns."""
    histories = []
    for years in (1, 2):
        schema = f"bench_{years}"
        server.run(f"CREATE DATABASE {schema} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        warehouse = sources(folder, scale, 2 * years) | server.environment(schema)
        history = History(Scratch(folder / schema, warehouse), multiple(1, 2 * years).first)
        as_of = LAST_DAY - timedelta(days=nights)
        history.begin(as_of)
        days = server.run(f"SELECT COUNT(*) FROM {schema}.int_store__days")[0][0]
        expect_days(days, len(seed_stores()), (as_of - history.first).days + 1)
        say(f"everything since {history.first} built")
        histories.append(history)
    for night in range(nights):
        for history in histories:
            history.night(LAST_DAY - timedelta(days=nights - 1 - night))
            say(f"night since {history.first}: {history.nights[-1].spent.seconds:.0f} s")
    return histories[0], histories[1]


def network_on_duckdb(folder: Path) -> Network:
    """Build the store half of a large network from nothing."""
    database = folder / "network.duckdb"
    # Predictions and stock belong to the other half: as few as the sample writes.
    scratch = Scratch(folder / "network", sources(folder, 0.01, 1) | on_duckdb(database))
    scratch.create()
    limit_memory(scratch.folder / "profiles.yml")
    network = multiple(COPIES, 4)
    write_stores(scratch.folder / "seeds" / "stores.csv", network)
    scratch.loader("setup")
    scratch.loader("load", "--from", f"{multiple(1, 1).first}", "--to", f"{LAST_DAY}")
    with closing(duckdb.connect(str(database))) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        rows = {
            feed: network.apply(connection, f"raw_{feed}", feed)
            for feed in COPIED
            if feed not in FORECAST_FEEDS
        }
        network.repeat_loads(connection)
    scratch.dbt(LAST_DAY, "seed")
    is_calm = wait_until_idle()
    spent = scratch.dbt(LAST_DAY, "run", *STORE_HALF)
    with closing(duckdb.connect(str(database), read_only=True)) as connection:
        found = connection.execute("select count(*) from int_store__days").fetchone()
    days = network.days * network.repeats
    expect_days(found[0] if found else 0, len(network.shop_numbers()), days)
    return Network(spent, rows, is_calm)


def write_stores(path: Path, network: Multiple) -> None:
    """Write a stores seed with every copy, each a peer group of its own."""
    rows = [
        row
        | {
            "dept_id": str(int(row["dept_id"]) + 100_000 * copy),
            "shop_no": f"{row['shop_no']}{copy or ''}",
            "peer_group": f"{row['peer_group']}{copy or ''}",
        }
        for copy in range(network.copies)
        for row in seed_stores()
    ]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def limit_memory(profiles: Path) -> None:
    """Give DuckDB a memory limit."""
    text = profiles.read_text(encoding="utf-8")
    limited = f"type: duckdb\n      settings:\n        memory_limit: {MEMORY_LIMIT}\n"
    if text.count("type: duckdb\n") != 1:
        raise CommandError("profiles.example.yml has no single target of the type duckdb")
    profiles.write_text(text.replace("type: duckdb\n", limited), encoding="utf-8")


def expect_days(found: int, stores: int, days: int) -> None:
    """Refuse to measure a warehouse that has not every store on every day.

    Raises:
        CommandError: it has more or fewer.
    """
    if found != stores * days:
        raise CommandError(f"int_store__days has {found} rows, not {stores} stores x {days} days")


def say(line: str) -> None:
    """Tell how far it is."""
    typer.echo(line, err=True)


def verdict(value: float, aim: float) -> str:
    """Set a figure against what it should at most be."""
    return f"{value / aim:.2f} of it" + ("" if value <= aim else ", missed")


def page(
    version: str, scale: float, histories: tuple[History, History], network: Network
) -> list[str]:
    """Return the lines of the report."""
    one, two = histories
    full = one.full.seconds if one.full else float("nan")
    calm = [night.is_calm for history in histories for night in history.nights] + [network.is_calm]
    measured = [
        ("a night, one year of history: seconds here", one.seconds, 0, AIM_NIGHT_SECONDS),
        ("of which models", one.model_seconds, 0, None),
        ("a night with two years / with one", two.seconds / one.seconds, 2, AIM_LONGER),
        ("the same of the models alone", two.model_seconds / one.model_seconds, 2, None),
        ("building everything / a night, one year", full / one.seconds, 1, None),
        ("network from nothing: seconds here", network.spent.seconds, 0, AIM_NETWORK_SECONDS),
        ("network: peak memory in MB", network.spent.peak_mb, 0, AIM_NETWORK_MB),
    ]
    return [
        "# Speed of the dbt part",
        "",
        "Written by `make bench` (`python -m dev.bench_build`); the figures of the last run.",
        f"MariaDB {version}, DuckDB {duckdb.__version__}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, shared with the server.",
        "",
        f"**A night on MariaDB**: {len(seed_stores())} stores, predictions and stock at "
        f"{scale:g} of the volume",
        "of production, everything else at all of it; `dbt build` with all tests, after the loader",
        f"copied one day and its look-back. Medians of {len(one.nights)} nights, in turns.",
        "",
        f"**A network on DuckDB**: {len(seed_stores()) * COPIES} stores, two years, "
        f"{sum(network.rows.values()):,} rows",
        f"({network.rows['trades']:,} of them orders); `dbt run` of the store half into an empty",
        f"warehouse, under a memory limit of {MEMORY_LIMIT}.",
        "",
        "| figure | measured | aim | against the aim |",
        "|---|---|---|---|",
        *(
            f"| {name} | {value:.{digits}f} | {aim or ''} | {verdict(value, aim) if aim else ''} |"
            for name, value, digits, aim in measured
        ),
        "",
        f"{calm.count(False)} of {len(calm)} measurements began on a machine that did not become "
        "idle.",
    ]


@contextmanager
def private_mariadb(folder: Path) -> Iterator[Server]:
    """Run a MariaDB of this benchmark alone."""
    server = MariaDB(folder / "mariadb", PORT, buffer_pool_mb=2048)
    server.up()
    try:
        yield server.address
    finally:
        server.down()


@app.command()
def bench(
    nights: Annotated[int, typer.Option(min=1, help="Nights of each history.")] = 3,
    scale: Annotated[
        float, typer.Option(min=0.01, help="Volume of predictions and stock; 1 is production.")
    ] = 1,
    report: Annotated[Path, typer.Option(help="Where the table goes.")] = REPORT,
) -> None:
    """Measure, print the table and write it down."""
    with tempfile.TemporaryDirectory(prefix="storewatch-bench-") as name:
        folder = Path(name)
        try:
            network = network_on_duckdb(folder)
            say(f"network: {network.spent.seconds:.0f} s, {network.spent.peak_mb} MB")
            with private_mariadb(folder) as server:
                histories = nights_on_mariadb(server, folder, scale, nights)
                version = str(server.run("SELECT VERSION()")[0][0]).split("-")[0]
        except (CommandError, ServerError) as error:
            typer.echo(f"dev.bench_build: {error}", err=True)
            raise typer.Exit(1) from None
    lines = page(version, scale, histories, network)
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    typer.echo("\n".join(lines))


if __name__ == "__main__":
    app(prog_name="python -m dev.bench_build")
