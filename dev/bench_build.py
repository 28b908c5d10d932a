"""How long the dbt part takes: a night on MariaDB, and everything anew for a large network.

    python -m dev.bench_build [--nights 3] [--scale 1]

The night: two warehouses on one private MariaDB hold the same ten stores, one with a year of
history and one with two. Night after night, in turns, the loader copies a day and its look-back
into each and `dbt build` follows, tests included. What a longer history costs is the ratio.

The network: the year of ten stores is multiplied in DuckDB to 200 stores and two years, and the
store half is built from nothing under a memory limit.

The table goes to docs/benchmarks/build.md.
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
from dev.scratch import PROJECT_ROOT, Scratch, on_duckdb
from dev.servers import MariaDB, Server, ServerError
from loader.feeds import read_catalog

REPORT = PROJECT_ROOT / "docs" / "benchmarks" / "build.md"
PORT = 3318
LAST_DAY = date(2026, 11, 20)
YEAR = 364
STORES = 10
COPIES = 20
MEMORY_LIMIT = "3GB"
AIM_NIGHT_SECONDS, AIM_NETWORK_SECONDS, AIM_LONGER, AIM_NETWORK_MB = 60, 120, 1.15, 4096
STORE_HALF = ("--exclude", "storewatch.intermediate.forecast", "storewatch.marts.forecast_accuracy")
FORECAST_FEEDS = ("order_predictions", "stock_changes")
FEEDS = PROJECT_ROOT / "loader" / "feeds.yml"

# What makes a row of another store or year out of a row: its key, its owner, its dates.
COPIED = {
    "shops": "shop_no || copy_suffix as shop_no",
    "shop_depts": "shop_no || copy_suffix as shop_no, dept_id + 100000 * copy as dept_id",
    "order_predictions": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " predict_date + shift as predict_date, create_time + shift as create_time",
    "stock_changes": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " create_time + shift as create_time",
    "trades": "order_no || suffix as order_no, member_no || copy_suffix as member_no,"
    " dept_id + 100000 * copy as dept_id, pay_time + shift as pay_time,"
    " update_time + shift as update_time",
    "trade_items": "id * 100 + number as id, order_no || suffix as order_no,"
    " create_time + shift as create_time",
    "production_orders": "id * 100 + number as id, order_no || suffix as order_no,"
    " dept_id + 100000 * copy as dept_id, start_time + shift as start_time,"
    " end_time + shift as end_time",
    "expiry_records": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " prepared_time + shift as prepared_time, expiry_date + shift as expiry_date",
    "qc_tasks": "id * 100 + number as id, dept_id + 100000 * copy as dept_id,"
    " create_time + shift as create_time, finish_time + shift as finish_time",
    "attendance": "id * 100 + number as id, emp_id * 100 + copy as emp_id,"
    " dept_id + 100000 * copy as dept_id, shift_start + shift as shift_start,"
    " shift_end + shift as shift_end, clock_in + shift as clock_in,"
    " clock_out + shift as clock_out",
}
SNAPSHOTS = ("shops", "shop_depts")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass
class History:
    """A warehouse with so many days of history, and what its nights took.

    Attributes:
        scratch: the copy of the project that builds it.
        first: first business date.
        full: the build of everything that came before the nights.
        nights: the builds of one day each.
        models: seconds of the models in each of those, the rest being tests and dbt's own start.
    """

    scratch: Scratch
    first: date
    full: Spent | None = None
    nights: list[Spent] = field(default_factory=list)
    models: list[float] = field(default_factory=list)

    def begin(self, as_of: date) -> None:
        """Load and build everything up to a day."""
        self.scratch.create()
        stores = [{**row, "open_date": f"{self.first}"} for row in seed_stores()]
        write_stores(self.scratch, stores)
        self.scratch.loader("setup")
        self.scratch.loader("load", "--from", f"{self.first}", "--to", f"{as_of}")
        self.full = self.scratch.dbt(as_of, "build")

    def night(self, as_of: date) -> None:
        """Load and build one more day, on a machine that is idle."""
        self.scratch.loader("load", "--date", f"{as_of}")
        wait_until_idle()
        self.nights.append(self.scratch.dbt(as_of, "build"))
        results = json.loads((self.scratch.folder / "target" / "run_results.json").read_text())
        self.models.append(
            sum(
                result["execution_time"]
                for result in results["results"]
                if result["unique_id"].startswith("model.")
            )
        )

    @property
    def median(self) -> float:
        """Seconds of a night."""
        return statistics.median(night.seconds for night in self.nights)


def seed_stores() -> list[dict[str, str]]:
    """Return the rows of the stores seed."""
    with (PROJECT_ROOT / "seeds" / "stores.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write_stores(scratch: Scratch, rows: list[dict[str, str]]) -> None:
    """Replace the stores seed of a copy of the project."""
    path = scratch.folder / "seeds" / "stores.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def sources(folder: Path, years: int, scale: float) -> dict[str, str]:
    """Write sources with a year of sample rows that came to pass so many years in a row.

    Returns:
        The variables that name them.
    """
    database = folder / f"sources_{years}_{scale:g}.duckdb"
    dates = ("--from", f"{LAST_DAY - timedelta(days=YEAR - 1)}", "--to", f"{LAST_DAY}")
    sample = [sys.executable, "-m", "dev.sample", *dates, "--scale", f"{scale}"]
    run([*sample, "--database", str(database)], directory=PROJECT_ROOT)
    feeds = read_catalog(FEEDS).feeds
    with closing(duckdb.connect(str(database))) as connection:
        for name, feed in feeds.items():
            for table in feed.tables:
                multiply(connection, feed.full_name(table), name, 1, years)
    servers = {feed.server for feed in feeds.values()}
    return {f"STOREWATCH_SOURCE_{server}": f"duckdb:///{database}" for server in servers}


def nights_on_mariadb(
    server: Server, folder: Path, scale: float, nights: int
) -> tuple[History, History]:
    """Measure the nights of a year and of two years of history, in turns."""
    histories = []
    for years in (1, 2):
        first = LAST_DAY - timedelta(days=years * YEAR - 1)
        schema = f"bench_{years}"
        server.run(f"CREATE DATABASE {schema}")
        warehouse = sources(folder, years, scale) | {
            "STOREWATCH_TARGET": "mariadb",
            "STOREWATCH_DB_HOST": server.host,
            "STOREWATCH_DB_PORT": str(server.port),
            "STOREWATCH_DB_USER": server.user,
            "STOREWATCH_DB_PASSWORD": server.password,
            "STOREWATCH_DB_SCHEMA": schema,
        }
        history = History(Scratch(folder / schema, warehouse), first)
        history.begin(LAST_DAY - timedelta(days=nights))
        say(f"{years} x {YEAR} days built in {history.full.seconds if history.full else 0:.0f} s")
        histories.append(history)
    for night in range(nights):
        for history in histories:
            history.night(LAST_DAY - timedelta(days=nights - 1 - night))
            say(f"night since {history.first}: {history.nights[-1].seconds:.0f} s")
    return histories[0], histories[1]


def network_on_duckdb(folder: Path) -> tuple[Spent, dict[str, int]]:
    """Build the store half of a large network from nothing.

    Returns:
        What the build took, and the rows it read by feed.
    """
    first = LAST_DAY - timedelta(days=YEAR - 1)
    database = folder / "network.duckdb"
    # Predictions and stock belong to the other half: as few as the sample writes.
    scratch = Scratch(folder / "network", sources(folder, 1, 0.01) | on_duckdb(database))
    scratch.create()
    profiles = scratch.folder / "profiles.yml"
    limited = f"type: duckdb\n      settings:\n        memory_limit: {MEMORY_LIMIT}\n"
    profiles.write_text(profiles.read_text().replace("type: duckdb\n", limited))
    before = first - timedelta(days=YEAR)
    rows = [
        row
        | {
            "dept_id": str(int(row["dept_id"]) + 100_000 * copy),
            "shop_no": f"{row['shop_no']}{copy or ''}",
            "peer_group": f"{row['peer_group']}{copy}",
            "open_date": f"{before}",
        }
        for copy in range(COPIES)
        for row in seed_stores()
    ]
    write_stores(scratch, rows)
    scratch.loader("setup")
    scratch.loader("load", "--from", f"{first}", "--to", f"{LAST_DAY}")
    with closing(duckdb.connect(str(database))) as connection:
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        counts = {
            feed: multiply(connection, f"raw_{feed}", feed, COPIES, 2)
            for feed in COPIED
            if feed not in FORECAST_FEEDS
        }
        connection.execute(
            "insert into load_steps by name select * replace ("
            f" load_id + 1000000 as load_id, cast(window_from - {YEAR} as date) as window_from,"
            f" cast(window_to - {YEAR} as date) as window_to,"
            f" cast(touched_from - {YEAR} as date) as touched_from) from load_steps"
            " where window_from is not null"
        )
    scratch.dbt(LAST_DAY, "seed")
    wait_until_idle()
    return scratch.dbt(LAST_DAY, "run", *STORE_HALF), counts


def multiply(
    connection: duckdb.DuckDBPyConnection, table: str, feed: str, copies: int, years: int
) -> int:
    """Give a table the rows of so many copies of every store in so many years.

    Args:
        connection: to the database of the table.
        table: holds one copy, of the last year.
        feed: whose columns it has.
        copies: of every store; the first keeps its names.
        years: each as the last one was, on the same weekdays.

    Returns:
        How many rows it has then.
    """
    if feed in SNAPSHOTS:
        years = 1
    connection.execute(f"create or replace temp table one as select * from {table}")
    connection.execute(f"delete from {table}")
    connection.execute(
        f"insert into {table} by name select one.* replace ({COPIED[feed]}) from one cross join ("
        f" select copy, case when copy = 0 then '' else copy::varchar end as copy_suffix,"
        f" copy * {years} + year as number, '-' || (copy * {years} + year) as suffix,"
        f" to_days(cast(-{YEAR} * year as integer)) as shift"
        f" from range({copies}) as copies(copy) cross join range({years}) as years(year))"
    )
    found = connection.execute(f"select count(*) from {table}").fetchone()
    return int(found[0]) if found else 0


def say(line: str) -> None:
    """Tell how far it is."""
    typer.echo(line, err=True)


def verdict(value: float, aim: float) -> str:
    """Set a figure against what it should at most be."""
    return f"{value / aim:.2f} of it" + ("" if value <= aim else ", missed")


def page(
    version: str,
    scale: float,
    histories: tuple[History, History],
    network: tuple[Spent, dict[str, int]],
) -> list[str]:
    """Return the lines of the report."""
    one, two = histories
    built, counts = network
    full = one.full.seconds if one.full else float("nan")
    longer = two.median / one.median
    return [
        "# Speed of the dbt part",
        "",
        "Written by `make bench` (`python -m dev.bench_build`); the figures of the last run.",
        f"MariaDB {version}, DuckDB {duckdb.__version__}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, shared with the server.",
        "",
        f"**A night on MariaDB**: {STORES} stores, sample volume {scale:g} of production for",
        "predictions and stock and the whole of it for the rest; `dbt build` with all tests after",
        "the loader copied one day and its look-back. "
        f"Medians of {len(one.nights)} nights, in turns.",
        "",
        f"**A network on DuckDB**: {STORES * COPIES} stores, two years, "
        f"{sum(counts.values()):,} rows",
        f"({counts['trades']:,} of them orders); `dbt run` of the store half into an empty",
        f"warehouse, under a memory limit of {MEMORY_LIMIT}.",
        "",
        "| figure | measured | aim | against the aim |",
        "|---|---|---|---|",
        f"| a night, one year of history, seconds here | {one.median:.0f} | {AIM_NIGHT_SECONDS} "
        f"| {verdict(one.median, AIM_NIGHT_SECONDS)} |",
        f"| of which models | {statistics.median(one.models):.0f} | | |",
        f"| a night with two years / with one | {longer:.2f} | {AIM_LONGER} "
        f"| {verdict(longer, AIM_LONGER)} |",
        f"| of which models | {statistics.median(two.models) / statistics.median(one.models):.2f} "
        "| | |",
        f"| building everything / a night, one year | {full / one.median:.1f} | | |",
        f"| network from nothing, seconds here | {built.seconds:.0f} | {AIM_NETWORK_SECONDS} "
        f"| {verdict(built.seconds, AIM_NETWORK_SECONDS)} |",
        f"| network, peak memory in MB | {built.peak_mb} | {AIM_NETWORK_MB} "
        f"| {verdict(built.peak_mb, AIM_NETWORK_MB)} |",
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
            say(f"network: {network[0].seconds:.0f} s, {network[0].peak_mb} MB")
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
