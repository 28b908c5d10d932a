"""A warehouse of a test: raw tables from frames, built by dbt, read back as frames.

The tables are those of `python -m loader setup`; rows are written past the loader, which has tests
of its own, so that a test can say exactly what stands in them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pymysql
import pytest

from loader.feeds import read_catalog

PROJECT_ROOT = Path(__file__).resolve().parents[3]
FEEDS = PROJECT_ROOT / "loader" / "feeds.yml"
LINKED = ("macros", "models", "tests")
# Windows of a load that leaves nothing out, and a moment after all of them that has a UTC offset.
EVER = (date(1900, 1, 1), date(2034, 12, 31))
READ_AT = "2035-06-01 00:00:00"
# What a test of one half of the project leaves out: building everything for it would take twice as
# long and tell nothing more.
OTHER_HALF = {
    "forecast": ("storewatch.intermediate.store", "storewatch.marts.store_performance"),
    "store": ("storewatch.intermediate.forecast", "storewatch.marts.forecast_accuracy"),
    None: (),
}


def shared_folder(name: str) -> Path:
    """Return a folder of reference material beside the project; skip where it is absent.

    In CI its absence is a failure.
    """
    folder = PROJECT_ROOT.parent / "shared" / name
    if not folder.is_dir():
        reason = f"../shared/{name} is missing beside the project"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def windows(coverage: Collection[tuple[str, date]]) -> dict[str, list[tuple[date, date]]]:
    """Return the windows of load steps that cover pairs of feed and date, and nothing else."""
    found: dict[str, list[tuple[date, date]]] = {}
    for feed, day in sorted(coverage):
        of_feed = found.setdefault(feed, [])
        if of_feed and of_feed[-1][1] == day - timedelta(days=1):
            of_feed[-1] = (of_feed[-1][0], day)
        else:
            of_feed.append((day, day))
    return found


@dataclass(frozen=True)
class Built:
    """What a dbt command printed, and the result of each node."""

    returncode: int
    output: str
    statuses: dict[str, str]

    def failed(self) -> set[str]:
        """Return the names of nodes that did not succeed."""
        return {name for name, status in self.statuses.items() if status not in ("success", "pass")}


@dataclass
class Warehouse:
    """A warehouse on one engine and the dbt project that builds it.

    Args:
        engine: duckdb, mysql or mariadb.
        environment: the STOREWATCH_ variables that name the warehouse.
        folder: where the project copy, its logs and its compiled files live.
        half: forecast or store, to build that half of the models alone.
    """

    engine: str
    environment: dict[str, str]
    folder: Path
    half: str | None = None
    load_id: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Copy what a test may change of the project, link the rest, and create the raw tables."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for name in LINKED:
            (self.folder / name).symlink_to(PROJECT_ROOT / name)
        shutil.copytree(PROJECT_ROOT / "seeds", self.folder / "seeds")
        shutil.copy(PROJECT_ROOT / "dbt_project.yml", self.folder)
        shutil.copy(PROJECT_ROOT / "profiles.example.yml", self.folder / "profiles.yml")
        self.loader("setup")

    @property
    def env(self) -> dict[str, str]:
        """The whole environment of a command against this warehouse."""
        return os.environ | {"STOREWATCH_TARGET": self.engine} | self.environment

    def loader(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run `python -m loader` against this warehouse."""
        done = subprocess.run(
            [sys.executable, "-m", "loader", *arguments],
            cwd=PROJECT_ROOT,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def write(self, feed: str, rows: pd.DataFrame) -> None:
        """Replace all rows of a raw table.

        Args:
            feed: its name in loader/feeds.yml.
            rows: the feed's columns; NULL as None.
        """
        columns = list(read_catalog(FEEDS).feeds[feed].columns)
        values = [
            (*(None if value is None else value for value in row), "2026-01-01 00:00:00", 1)
            for row in rows[columns].itertuples(index=False, name=None)
        ]
        self._replace(f"raw_{feed}", [*columns, "_loaded_at", "_load_id"], values)

    def _replace(
        self, table: str, columns: Sequence[str], values: Sequence[tuple[Any, ...]]
    ) -> None:
        names = ", ".join(columns)
        self.execute(f"delete from {table}")
        if not values:
            return
        if self.engine == "duckdb":
            with closing(self._duckdb()) as connection:
                kinds = dict(
                    connection.execute(
                        "select column_name, data_type from information_schema.columns"
                        f" where table_name = '{table}'"
                    ).fetchall()
                )
                rows = pd.DataFrame(
                    [[None if value is None else str(value) for value in row] for row in values],
                    columns=list(columns),
                    dtype="object",
                )
                connection.register("incoming", rows)
                casts = ", ".join(f"cast({name} as {kinds[name]})" for name in columns)
                connection.execute(f"insert into {table} ({names}) select {casts} from incoming")
        else:
            with closing(self._server()) as server, server.cursor() as cursor:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"insert into {table} ({names}) values ({marks})", values)
                server.commit()

    def record_load(
        self,
        feed: str,
        touched_from: date | None,
        covered: Sequence[tuple[date, date]] = (EVER,),
    ) -> None:
        """Log successful loads, as the loader does: dbt rebuilds from the date they touched.

        Args:
            feed: its name in loader/feeds.yml.
            touched_from: the earliest date whose rows may have changed.
            covered: first and last dates of the windows that were read, long after they ended.
        """
        touched = "null" if touched_from is None else f"'{touched_from}'"
        for first, last in covered:
            self.load_id += 1
            self.execute(
                "insert into load_steps (load_id, run_id, feed, window_from, window_to, read_at,"
                f" touched_from, status) values ({self.load_id}, 'test', '{feed}', '{first}',"
                f" '{last}', '{READ_AT}', {touched}, 'ok')"
            )

    def load(
        self,
        raw: Mapping[str, pd.DataFrame],
        covered: Mapping[str, Sequence[tuple[date, date]]] | None = None,
    ) -> None:
        """Write every frame and log it as a load of everything.

        Args:
            raw: rows by feed.
            covered: dates that were loaded, by feed; all dates of a feed that is not named.
        """
        for feed, rows in raw.items():
            self.write(feed, rows)
            self.record_load(feed, EVER[0], (covered or {}).get(feed, (EVER,)))

    def dbt(self, *arguments: str, as_of: date | None = None) -> Built:
        """Run a dbt command on the project copy.

        Args:
            arguments: the command and its options.
            as_of: the variable as_of_date.
        """
        variables = ["--vars", json.dumps({"as_of_date": f"{as_of}"})] if as_of else []
        done = subprocess.run(
            [str(Path(sys.executable).parent / "dbt"), *arguments, *variables],
            cwd=self.folder,
            env=self.env | {"DBT_PROFILES_DIR": str(self.folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        results = self.folder / "target" / "run_results.json"
        statuses = {}
        if results.exists():
            for result in json.loads(results.read_text())["results"]:
                statuses[result["unique_id"].split(".")[2]] = result["status"]
        return Built(done.returncode, done.stdout + done.stderr, statuses)

    def build(self, as_of: date, *arguments: str) -> Built:
        """Run `dbt run` after the seeds, without the tests of the data, and require success."""
        kinds = ("--resource-type", "seed", "--resource-type", "model")
        left_out = ("--exclude", *OTHER_HALF[self.half]) if self.half else ()
        built = self.dbt("build", *kinds, *arguments, *left_out, as_of=as_of)
        assert built.returncode == 0, built.output
        return built

    def read(self, table: str) -> pd.DataFrame:
        """Return all rows of a table as Python objects, NULL as None."""
        return self.query(f"select * from {table}")

    def query(self, sql: str) -> pd.DataFrame:
        """Return the rows of a query as Python objects, NULL as None."""
        connection: Any = self._duckdb() if self.engine == "duckdb" else self._server()
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            names = [column[0] for column in cursor.description]
            rows: Iterable[Any] = cursor.fetchall()
        return pd.DataFrame([list(row) for row in rows], columns=names, dtype="object")

    def execute(self, sql: str) -> None:
        """Run a statement and commit it."""
        connection: Any = self._duckdb() if self.engine == "duckdb" else self._server()
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            connection.commit()

    def _duckdb(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(self.environment["STOREWATCH_DUCKDB_PATH"])

    def _server(self) -> pymysql.Connection[Any]:
        return pymysql.connect(
            host=self.environment["STOREWATCH_DB_HOST"],
            port=int(self.environment["STOREWATCH_DB_PORT"]),
            user=self.environment["STOREWATCH_DB_USER"],
            password=self.environment["STOREWATCH_DB_PASSWORD"],
            database=self.environment["STOREWATCH_DB_SCHEMA"],
            charset="utf8mb4",
        )
