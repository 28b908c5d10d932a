"""How fast the loader copies, against mariadb-dump piped into mariadb and pandas to_sql.

    python -m dev.bench_copy [--rows 1000000] [--rounds 3]

All three copy the same stock changes out of one schema of a private MariaDB into another one,
each through two connections of its own, in turns within one run. The figures are whole processes
from start to end; the loader's contain its windows, deletes, counts at both ends and log. The
table goes to docs/benchmarks/copy.md. Times differ from machine to machine, so ratios are what
it claims.
"""

from __future__ import annotations

import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer

from dev.measured import CommandError, Spent, run, wait_until_idle
from dev.servers import MariaDB, Server, ServerError

REPORT = Path(__file__).resolve().parents[1] / "docs" / "benchmarks" / "copy.md"
PORT = 3317
SOURCE, RAW, COPY = "bench_source", "bench_raw", "bench_copy"
TABLE = "t_stock_change"
ROWS_A_DAY = 25_000
FIRST_DAY = "2026-01-01"

FEEDS = f"""
clock: UTC
time_zone: UTC
window_days: 7
lookback_days: 3
reconcile_days: 35
feeds:
  stock_changes:
    server: BENCH
    schema: {SOURCE}
    tables: [{TABLE}]
    key: [id]
    date_column: create_time
    columns:
      id: bigint
      dept_id: int
      goods_code: varchar(32)
      reason_code: varchar(8)
      total_adjust_num: decimal(18,4)
      theory_total_adjust_num: decimal(18,4)
      create_time: datetime
"""

# One row in 50 has a NULL, one in 47 a tab, a backslash, quotes and a character of four bytes.
CREATE = f"""
CREATE TABLE {SOURCE}.{TABLE} (
    id bigint NOT NULL PRIMARY KEY,
    dept_id int,
    goods_code varchar(32),
    reason_code varchar(8),
    total_adjust_num decimal(18,4),
    theory_total_adjust_num decimal(18,4),
    create_time datetime,
    KEY create_time (create_time)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
"""
FILL = f"""
INSERT INTO {SOURCE}.{TABLE}
SELECT
    seq,
    1000 + seq % 10,
    CASE WHEN seq % 50 = 0 THEN NULL
         WHEN seq % 47 = 0 THEN 'a\\tb\\\\c"d"\U0001f600'
         ELSE CONCAT('SKU', seq % 88) END,
    CASE seq % 3 WHEN 0 THEN '019' WHEN 1 THEN '025' ELSE '1001' END,
    -(seq % 1000) / 7.0,
    IF(seq % 4 = 0, NULL, (seq % 977) / 3.0),
    '{FIRST_DAY}' + INTERVAL FLOOR((seq - 1) * 86400 / {ROWS_A_DAY}) SECOND
FROM seq_1_to_{{rows}}
"""
PANDAS = f"""
import sys, pandas, sqlalchemy
source = sqlalchemy.create_engine(sys.argv[1] + "{SOURCE}?charset=utf8mb4")
target = sqlalchemy.create_engine(sys.argv[1] + "{COPY}?charset=utf8mb4")
with source.connect().execution_options(stream_results=True) as connection:
    chunks = pandas.read_sql("SELECT * FROM {TABLE}", connection, chunksize=50_000)
    for number, chunk in enumerate(chunks):
        how = "append" if number else "replace"
        chunk.to_sql("from_pandas", target, if_exists=how, index=False, chunksize=5_000)
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@dataclass
class Contender:
    """One way of copying and what it took."""

    name: str
    run: Callable[[], Spent]
    seconds: list[float] = field(default_factory=list)
    peak_mb: int = 0
    disturbed: int = 0

    def measure(self) -> None:
        """Run it once more, on a machine that is idle."""
        calm = wait_until_idle()
        spent = self.run()
        self.disturbed += not calm
        self.seconds.append(spent.seconds)
        self.peak_mb = max(self.peak_mb, spent.peak_mb)
        print(f"{self.name}: {spent.seconds:.2f} s", flush=True)


def _loader(environment: dict[str, str], *arguments: str) -> Spent:
    return run([sys.executable, "-m", "loader", *arguments], environment)


def _fill(server: Server, rows: int) -> None:
    fill = FILL.format(rows=rows)
    server.run(f"DROP TABLE IF EXISTS {SOURCE}.{TABLE}", CREATE, fill, schema=SOURCE)
    server.run(f"ANALYZE TABLE {SOURCE}.{TABLE}")


def _last_day(server: Server) -> str:
    return str(server.run(f"SELECT DATE(MAX(create_time)) FROM {SOURCE}.{TABLE}")[0][0])


def _environment(server: Server, folder: Path) -> dict[str, str]:
    feeds = folder / "feeds.yml"
    feeds.write_text(FEEDS, encoding="utf-8")
    return server.environment(RAW) | {
        "STOREWATCH_SOURCE_BENCH": server.url(),
        "STOREWATCH_FEEDS": str(feeds),
    }


def _contenders(server: Server, environment: dict[str, str]) -> list[Contender]:
    backfill = ("load", "--again", "--from", FIRST_DAY, "--to", _last_day(server))
    client = ["-h", server.host, "-P", str(server.port), "-u", server.user]

    def into_empty() -> Spent:
        server.run(f"DROP DATABASE {RAW}", f"CREATE DATABASE {RAW}")
        _loader(environment, "setup")
        return _loader(environment, *backfill)

    def dump() -> Spent:
        line = " ".join(["mariadb-dump", *client, SOURCE, TABLE, "| mariadb", *client, COPY])
        return run(["bash", "-c", f"set -o pipefail; {line}"])

    return [
        Contender("loader into an empty table", into_empty),
        Contender(
            "loader over the same rows (deletes them)", lambda: _loader(environment, *backfill)
        ),
        Contender("mariadb-dump \\| mariadb", dump),
        Contender("pandas to_sql", lambda: run([sys.executable, "-c", PANDAS, server.url()])),
    ]


def _same_rows(server: Server, rows: int) -> None:
    columns = (
        "dept_id",
        "goods_code",
        "reason_code",
        "total_adjust_num",
        "theory_total_adjust_num",
        "create_time",
    )
    equal = " AND ".join(f"here.{name} <=> there.{name}" for name in columns)
    same = server.run(
        f"SELECT COUNT(*) FROM {SOURCE}.{TABLE} AS there "
        f"JOIN {RAW}.raw_stock_changes AS here ON here.id = there.id AND {equal}"
    )[0][0]
    if same != rows:
        raise ServerError(f"only {same} of {rows} rows arrived unchanged")


def _memory(server: Server, environment: dict[str, str], rows: int, folder: Path) -> list[str]:
    lines = []
    for factor in (1, 3):
        _fill(server, rows * factor)
        backfill = ("load", "--again", "--from", FIRST_DAY, "--to", _last_day(server))
        server.run(f"DROP DATABASE {RAW}", f"CREATE DATABASE {RAW}")
        _loader(environment, "setup")
        on_mariadb = _loader(environment, *backfill)
        file = folder / f"{factor}.duckdb"
        on_duckdb = {"STOREWATCH_TARGET": "duckdb", "STOREWATCH_DUCKDB_PATH": str(file)}
        _loader({**environment, **on_duckdb}, "setup")
        into_duckdb = _loader({**environment, **on_duckdb}, *backfill)
        lines.append(f"| {rows * factor:,} | {on_mariadb.peak_mb} MB | {into_duckdb.peak_mb} MB |")
        print(lines[-1], flush=True)
    return lines


def _table(contenders: list[Contender], rows: int) -> list[str]:
    reference = next(c for c in contenders if c.name.startswith("mariadb-dump"))
    base = statistics.median(reference.seconds)
    return [
        "| | times as fast as mariadb-dump \\| mariadb | lowest and highest of the rounds "
        "| rows/s here | peak memory |",
        "|---|---|---|---|---|",
        *(
            f"| {c.name} | {base / statistics.median(c.seconds):.2f} "
            f"| {min(_ratios(c, reference)):.2f} to {max(_ratios(c, reference)):.2f} "
            f"| {rows / statistics.median(c.seconds):,.0f} "
            f"| {f'{c.peak_mb} MB' if c is not reference else 'two clients'} |"
            for c in contenders
        ),
    ]


def _ratios(contender: Contender, reference: Contender) -> list[float]:
    pairs = zip(contender.seconds, reference.seconds, strict=True)
    return [theirs / ours for ours, theirs in pairs]


@app.command()
def bench(
    rows: Annotated[int, typer.Option(min=1000, help="Stock changes to copy.")] = 1_000_000,
    rounds: Annotated[int, typer.Option(min=1, help="How often each takes its turn.")] = 3,
    report: Annotated[Path, typer.Option(help="Where the table goes.")] = REPORT,
) -> None:
    """Measure, print the table and write it down."""
    with tempfile.TemporaryDirectory(prefix="storewatch-bench-") as name:
        folder = Path(name)
        private = MariaDB(folder / "mariadb", PORT, buffer_pool_mb=1024)
        private.up()
        try:
            lines = _measure(private.address, folder, rows, rounds)
        finally:
            private.down()
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


def _measure(server: Server, folder: Path, rows: int, rounds: int) -> list[str]:
    server.run(*(f"CREATE DATABASE {name}" for name in (SOURCE, RAW, COPY)))
    _fill(server, rows)
    environment = _environment(server, folder)
    contenders = _contenders(server, environment)
    for _ in range(rounds):
        for contender in contenders:
            contender.measure()
    _same_rows(server, rows)
    version = server.run("SELECT VERSION()")[0][0]
    return [
        "# Copy speed",
        "",
        "Written by `make bench` (`python -m dev.bench_copy`); the figures of the last run.",
        "",
        f"{rows:,} stock changes with NULLs, tabs, backslashes, quotes and four-byte characters,",
        "from one schema of a server to another one through two connections, in windows of 7 days",
        f"of {ROWS_A_DAY:,} rows a day. {rounds} rounds in turns, medians of whole processes.",
        f"MariaDB {version.split('-')[0]}, Python {platform.python_version()}, "
        f"{os.cpu_count()} cores, shared by the server and the clients.",
        "",
        *_table(contenders, rows),
        "",
        f"Each waits for an idle machine first; {sum(c.disturbed for c in contenders)} of "
        f"{len(contenders) * rounds} measurements began on one that did not become idle.",
        "",
        "The loader's time contains windows, deletes, the counts at both ends and the log; the",
        "others check nothing. Every row was compared afterwards.",
        "",
        "Peak memory of the loader's process, which does not grow with the table:",
        "",
        "| rows | MariaDB to MariaDB | MariaDB to DuckDB |",
        "|---|---|---|",
        *_memory(server, environment, rows, folder),
    ]


if __name__ == "__main__":
    try:
        app()
    except (CommandError, ServerError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
