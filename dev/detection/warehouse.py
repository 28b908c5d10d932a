"""A scratch warehouse in which the project's own models judge simulated stores.

The models begin at int_store__daily_kpis, whose rows are written from a frame; what judges them,
from the baselines to the episodes of alerts, is the project's SQL. Every batch of stores gets a
fresh copy of an empty database that has its seeds.
"""

import csv
import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from dev.detection.eighth_avenue import LAST_DATE
from dev.detection.parameters import load_network
from dev.scratch import PROJECT_ROOT, Scratch, on_duckdb

TEMPLATE = "template.duckdb"
# No simulation reaches further; that of 8th Avenue ends here.
AS_OF = LAST_DATE
METHODS = ("dow_adjusted", "rolling_28d", "same_dow_8wk", "reference")
# Phase I of the method `reference`: about as long as August to October of the case study.
REFERENCE_DAYS = 92
COUNTS = ("order_count", "late_arrival_count", "unique_customers", "days_since_qc_fail")
JUDGED = "int_store__daily_kpis+,+{model}"

ALERTS = """
    select family, entity_type, shop_no, dimension, driver_metric_name, opened_on, last_seen_on,
        critical_on, closed_on
    from int_store__alert_episodes
"""
DAYS = """
    create or replace table int_store__days as
    select
        cast(frame.metric_date as date) as metric_date,
        cast(frame.shop_no as varchar) as shop_no,
        1 as dept_id,
        cast(frame.peer_group as varchar) as peer_group,
        'America/New_York' as time_zone,
        cast(null as varchar) as holiday_name,
        cast(null as varchar) as incident_reason,
        cast(date_diff('day', openings.opened_on, cast(frame.metric_date as date)) + 1 as integer)
            as store_day_number,
        cast(isodow(cast(frame.metric_date as date)) as integer) as iso_weekday,
        cast(? as integer) as hourly_capacity,
        0 as is_holiday,
        0 as is_incident
    from frame
    inner join (
        select cast(shop_no as varchar) as shop_no, cast(min(metric_date) as date) as opened_on
        from frame
        group by all
    ) as openings
        on openings.shop_no = cast(frame.shop_no as varchar)
"""
DAILY_KPIS = """
    create or replace table int_store__daily_kpis as
    select
        days.metric_date,
        days.shop_no,
        days.dept_id,
        days.peer_group,
        cast(null as varchar) as missing_sources,
        days.store_day_number,
        days.iso_weekday,
        days.is_holiday,
        days.is_incident,
        1 as has_trades,
        0 as is_no_activity,
        {measures}
    from int_store__days as days
    inner join frame
        on cast(frame.shop_no as varchar) = days.shop_no
        and cast(frame.metric_date as date) = days.metric_date
"""
REFERENCE_PERIODS = """
    insert into store_reference_periods
    select
        days.shop_no,
        kpis.metric_name,
        min(days.metric_date),
        min(days.metric_date) + {days} - 1,
        'the first days of a simulated store'
    from int_store__days as days
    cross join store_kpis as kpis
    where kpis.is_charted = 1
    group by all
"""


@dataclass(frozen=True)
class Judge:
    """What judges stores: a prepared folder, a method and the KPIs that are looked at.

    Attributes:
        folder: prepared by `prepare`; holds one batch at a time.
        method: one of `METHODS`: the default method of every KPI.
        metric_names: KPIs that are judged; of others the seeds have no rows.
        alone: the seeds have no rows of the other methods. No method stands in where this one
            cannot judge yet, and only dow_adjusted has sums of shifts and alerts of peer groups.
        kept: folder of alerts that were found before; what was judged by the same SQL and seeds is
            read from there.
    """

    folder: Path
    method: str = "dow_adjusted"
    metric_names: tuple[str, ...] = ("revenue",)
    alone: bool = True
    kept: Path | None = None

    def __post_init__(self) -> None:
        """Refuse an unknown method.

        Raises:
            ValueError: the message lists the methods.
        """
        if self.method not in METHODS:
            raise ValueError(f"method {self.method} is not one of {METHODS}")

    @property
    def database(self) -> Path:
        """Database of the batch that is judged, or was judged last."""
        return self.folder / "batch.duckdb"

    @property
    def _scratch(self) -> Scratch:
        return Scratch(self.folder, on_duckdb(self.database))

    def alerts(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Judge every store of a frame on every day and return the alerts.

        Args:
            frame: one row per store and day from its opening, without gaps: shop_no, peer_group,
                metric_date and a column per judged KPI.

        Returns:
            One row per alert: family, entity_type, shop_no, dimension, driver_metric_name,
            opened_on, last_seen_on, critical_on, closed_on.

        Raises:
            CommandError: the build failed.
        """
        if self.kept is None:
            return self._judged(frame)
        found = self.kept / f"{self._fingerprint(frame)}.parquet"
        if not found.exists():
            self.kept.mkdir(parents=True, exist_ok=True)
            unfinished = found.with_suffix(f".{self.folder.name}")
            self._judged(frame).to_parquet(unfinished)
            unfinished.replace(found)
        return pd.read_parquet(found)

    def build(self, frame: pd.DataFrame, model: str) -> None:
        """Judge every store of a frame in a fresh database, up to a model.

        Args:
            frame: as for `alerts`.
            model: the last model, built with all that it stands on.

        Raises:
            CommandError: the build failed.
        """
        shutil.copyfile(self.folder / TEMPLATE, self.database)
        self._write(frame)
        selected = ("--select", JUDGED.format(model=model), "--exclude", "int_store__daily_kpis")
        self._scratch.dbt(AS_OF, "run", *selected)

    def query(self, sql: str, parameters: Sequence[object] = ()) -> pd.DataFrame:
        """Return the rows of a query on the batch that was judged last."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).df()

    def compiled(self, analysis: str) -> str:
        """Return the SQL of an analysis for the batch that was judged last.

        Args:
            analysis: its name, without the ending.
        """
        self._scratch.dbt(AS_OF, "compile", "--select", analysis)
        (found,) = (self.folder / "target" / "compiled").glob(f"*/analyses/{analysis}.sql")
        return found.read_text(encoding="utf-8")

    def _judged(self, frame: pd.DataFrame) -> pd.DataFrame:
        self.build(frame, "int_store__alert_episodes")
        return self.query(ALERTS)

    def _fingerprint(self, frame: pd.DataFrame) -> str:
        """Name what a judgement depends on: stores, judge, SQL, seeds and this file."""
        digest = hashlib.sha256(f"{self.method} {self.metric_names} {self.alone}".encode())
        digest.update(f"{list(frame.columns)}".encode())
        digest.update(pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes())
        for folder in ("models", "macros", "seeds"):
            for path in sorted((PROJECT_ROOT / folder).rglob("*.*")):
                digest.update(path.read_bytes())
        digest.update((PROJECT_ROOT / "dbt_project.yml").read_bytes() + Path(__file__).read_bytes())
        return digest.hexdigest()[:32]

    def _write(self, frame: pd.DataFrame) -> None:
        measures = ",\n        ".join(_measure(name, frame) for name in all_kpis())
        with duckdb.connect(str(self.database)) as connection:
            connection.execute("delete from holidays")
            connection.execute("delete from store_incidents")
            connection.execute("delete from store_reference_periods")
            for seed in ("store_kpis", "store_kpi_baselines"):
                connection.execute(
                    f"delete from {seed} where not list_contains(?, metric_name)",
                    [list(self.metric_names)],
                )
            if self.alone:
                connection.execute(
                    "delete from store_kpi_baselines where baseline_method <> ?", [self.method]
                )
            connection.execute(
                "update store_kpis set default_method = ? where default_method <> ''", [self.method]
            )
            connection.register("frame", frame)
            connection.execute(DAYS, [int(load_network().hourly_capacity)])
            connection.execute(DAILY_KPIS.format(measures=measures))
            if self.method == "reference":
                connection.execute(REFERENCE_PERIODS.format(days=REFERENCE_DAYS))


def prepare(folder: Path) -> Path:
    """Copy the project, create an empty warehouse and load the seeds.

    Args:
        folder: must not exist; the caller removes it.

    Raises:
        CommandError: a command failed.
    """
    scratch = Scratch(folder, on_duckdb(folder / TEMPLATE))
    scratch.create()
    scratch.loader("setup")
    scratch.dbt(AS_OF, "seed")
    return folder


def kpi_dimensions() -> dict[str, str]:
    """Return the dimension of every KPI of the seed, in its order."""
    with (PROJECT_ROOT / "seeds" / "store_kpis.csv").open(encoding="utf-8", newline="") as file:
        return {row["metric_name"]: row["dimension"] for row in csv.DictReader(file)}


def all_kpis() -> tuple[str, ...]:
    """Return the names of all KPIs of the seed, in its order."""
    return tuple(kpi_dimensions())


def _measure(name: str, frame: pd.DataFrame) -> str:
    kind = "bigint" if name in COUNTS else "decimal(20, 4)" if name == "revenue" else "double"
    value = f"frame.{name}" if name in frame else "null"
    return f"cast({value} as {kind}) as {name}"
