"""The store marts as they must be, computed without SQL: the single entry point.

Definitions: "Conventions" and "Store performance" of the project's definitions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from tests.python.oracle.compare import Kind, MartSchema
from tests.python.oracle.values import object_frame

from .alerts import Feedback, SeenAlert, compute_alerts
from .baselines import Baselines, SeriesKey, compute_baselines
from .flags import Flag, compute_flags, compute_verdicts
from .health import HealthRow, compute_health
from .kpis import DailyRow, daily_metrics
from .peers import compute_candidates, compute_peer_comparison
from .seeds import StoreSeeds, read_store_seeds
from .series import StoreSeries, store_series
from .shifts import Shift, compute_shifts
from .signals import Entity, History, activity_histories, health_histories, kpi_histories
from .stores import Store

TEXT, INTEGER, DATE, FLOAT = Kind.TEXT, Kind.INTEGER, Kind.DATE, Kind.FLOAT

STORE_MART_SCHEMAS: dict[str, MartSchema] = {
    "store_daily_metrics": MartSchema(
        key=("shop_no", "metric_date"),
        kinds={
            "shop_no": TEXT,
            "metric_date": DATE,
            "missing_sources": TEXT,
            "revenue": FLOAT,
            "order_count": INTEGER,
            "aov": FLOAT,
            "revenue_wow_pct": FLOAT,
            "avg_production_seconds": FLOAT,
            "p95_production_seconds": FLOAT,
            "orders_per_labor_hour": FLOAT,
            "peak_hour_utilization_pct": FLOAT,
            "expiry_incident_count": INTEGER,
            "qc_completion_pct": FLOAT,
            "waste_pct": FLOAT,
            "days_since_qc_fail": INTEGER,
            "staff_hours": FLOAT,
            "attendance_pct": FLOAT,
            "hours_per_order": FLOAT,
            "late_arrival_count": INTEGER,
            "unique_customers": INTEGER,
            "new_customer_pct": FLOAT,
            "peak_hour_order_pct": FLOAT,
            "items_per_order": FLOAT,
        },
    ),
    "store_spc_control_limits": MartSchema(
        key=("entity_type", "shop_no", "metric_name", "calc_date", "baseline_method"),
        kinds={
            "entity_type": TEXT,
            "shop_no": TEXT,
            "metric_name": TEXT,
            "calc_date": DATE,
            "baseline_method": TEXT,
            "metric_value": FLOAT,
            "baseline_n": INTEGER,
            "center_n": INTEGER,
            "center_line": FLOAT,
            "sigma": FLOAT,
            "z_score": FLOAT,
            "z_calibrated": FLOAT,
            "is_evaluable": INTEGER,
            "not_evaluable_reason": TEXT,
            "ucl_3": FLOAT,
            "lcl_3": FLOAT,
            "ucl_2": FLOAT,
            "lcl_2": FLOAT,
            "ucl_1_5": FLOAT,
            "lcl_1_5": FLOAT,
            "ucl_1": FLOAT,
            "lcl_1": FLOAT,
        },
    ),
    "store_anomaly_flags": MartSchema(
        key=("entity_type", "shop_no", "metric_date", "metric_name"),
        kinds={
            "entity_type": TEXT,
            "shop_no": TEXT,
            "metric_date": DATE,
            "metric_name": TEXT,
            "dimension": TEXT,
            "method_used": TEXT,
            "metric_value": FLOAT,
            "center_line": FLOAT,
            "z_score": FLOAT,
            "z_calibrated": FLOAT,
            "we_rule_1": INTEGER,
            "we_rule_2": INTEGER,
            "we_rule_3": INTEGER,
            "we_rule_4": INTEGER,
            "we_rule_5": INTEGER,
            "rule_count": INTEGER,
            "severity": TEXT,
            "uncapped_severity": TEXT,
            "is_unfavourable": INTEGER,
            "capped_by": TEXT,
            "not_evaluable_reason": TEXT,
        },
    ),
    "store_sustained_shifts": MartSchema(
        key=("entity_type", "shop_no", "metric_name", "metric_date"),
        kinds={
            "entity_type": TEXT,
            "shop_no": TEXT,
            "metric_name": TEXT,
            "metric_date": DATE,
            "z_calibrated": FLOAT,
            "warning_cusum_high": FLOAT,
            "warning_cusum_low": FLOAT,
            "warning_signal": INTEGER,
            "critical_cusum_high": FLOAT,
            "critical_cusum_low": FLOAT,
            "critical_signal": INTEGER,
            "ewma": FLOAT,
            "ewma_lower": FLOAT,
            "ewma_upper": FLOAT,
            "ewma_signal": INTEGER,
        },
    ),
    "store_alerts": MartSchema(
        key=("alert_id",),
        kinds={
            "alert_id": TEXT,
            "family": TEXT,
            "entity_type": TEXT,
            "shop_no": TEXT,
            "dimension": TEXT,
            "driver_metric_name": TEXT,
            "rule_id": TEXT,
            "severity": TEXT,
            "opened_on": DATE,
            "last_seen_on": DATE,
            "critical_on": DATE,
            "closed_on": DATE,
            "level_before": FLOAT,
            "level_alarm": FLOAT,
            "level_now": FLOAT,
            "moved_by": TEXT,
            "close_reason": TEXT,
            "status": TEXT,
            "verdict": TEXT,
        },
    ),
    "store_health_scores": MartSchema(
        key=("shop_no", "metric_date", "score_method"),
        kinds={
            "shop_no": TEXT,
            "metric_date": DATE,
            "score_method": TEXT,
            "health_score": FLOAT,
            "grade": TEXT,
            "weight_covered_pct": FLOAT,
            "revenue_vs_peak_pct": FLOAT,
            "revenue_contribution": FLOAT,
            "operations_contribution": FLOAT,
            "quality_contribution": FLOAT,
            "staffing_contribution": FLOAT,
            "customer_contribution": FLOAT,
        },
    ),
    "store_peer_comparison": MartSchema(
        key=("shop_no", "week_start", "metric_name"),
        kinds={
            "shop_no": TEXT,
            "week_start": DATE,
            "metric_name": TEXT,
            "metric_value": FLOAT,
            "n_stores": INTEGER,
            "peer_rank": INTEGER,
            "percentile": FLOAT,
            "distance_from_median": FLOAT,
            "is_complete": INTEGER,
        },
    ),
    "store_cannibalization_candidates": MartSchema(
        key=("opened_shop_no", "affected_shop_no"),
        kinds={
            "opened_shop_no": TEXT,
            "affected_shop_no": TEXT,
            "n_days": INTEGER,
            "correlation": FLOAT,
            "mean_residual": FLOAT,
            "distance_km": FLOAT,
            "is_candidate": INTEGER,
        },
    ),
}


@dataclass(frozen=True)
class StoreResults:
    """Everything that follows from raw rows and seeds, before people say anything."""

    seeds: StoreSeeds
    as_of: date
    daily: Mapping[Store, Sequence[DailyRow]]
    series: Sequence[StoreSeries]
    baselines: Baselines
    flags: Sequence[Flag]
    shifts: Mapping[SeriesKey, Mapping[date, Shift]]
    health: Sequence[HealthRow]
    histories: Mapping[Entity, History]

    def alerts(
        self, feedback: Sequence[Feedback] = (), seen: Sequence[SeenAlert] = ()
    ) -> pd.DataFrame:
        """Return store_alerts.

        Args:
            feedback: rows of alert_feedback.
            seen: episodes that earlier builds knew.
        """
        found = compute_alerts(
            self.histories,
            self.baselines,
            self.seeds,
            self.as_of,
            feedback=feedback,
            seen=seen,
        )
        return _frame("store_alerts", (alert.as_record() for alert in found))

    def marts(
        self, feedback: Sequence[Feedback] = (), seen: Sequence[SeenAlert] = ()
    ) -> dict[str, pd.DataFrame]:
        """Return every mart by name; arguments as for `alerts`."""
        comparison = compute_peer_comparison(self.series, self.health, self.as_of)
        # A store that opens after the as-of date has no day yet.
        opened = [store for store, rows in self.daily.items() if rows]
        candidates = compute_candidates(self.baselines, opened)
        records: dict[str, Iterable[dict[str, object]]] = {
            "store_daily_metrics": (
                row.as_record() for rows in self.daily.values() for row in rows
            ),
            "store_spc_control_limits": (row.as_record() for row in self.baselines.rows()),
            "store_anomaly_flags": (flag.as_record() for flag in self.flags),
            "store_sustained_shifts": (
                shift.as_record() for by_day in self.shifts.values() for shift in by_day.values()
            ),
            "store_health_scores": (row.as_record() for row in self.health),
            "store_peer_comparison": (row.as_record() for row in comparison),
            "store_cannibalization_candidates": (row.as_record() for row in candidates),
        }
        frames = {mart: _frame(mart, of_mart) for mart, of_mart in records.items()}
        return frames | {"store_alerts": self.alerts(feedback, seen)}


def store_results(
    raw: Mapping[str, pd.DataFrame],
    seeds: StoreSeeds,
    coverage: Collection[tuple[str, date]],
    as_of: date,
) -> StoreResults:
    """Compute everything from the raw tables; see `expected_store_marts`."""
    daily = daily_metrics(raw, seeds, coverage, as_of)
    stores = {store.shop_no: store for store in daily}
    series = store_series(daily, seeds)
    baselines = compute_baselines(series, seeds, as_of)
    verdicts = compute_verdicts(baselines)
    flags = compute_flags(verdicts, stores, seeds)
    shifts = compute_shifts(baselines, seeds)
    health = compute_health(series, verdicts, seeds)
    histories = {
        **kpi_histories(verdicts, shifts, flags, stores, seeds),
        **health_histories(health, stores, seeds),
        **activity_histories(daily, stores, seeds),
    }
    return StoreResults(
        seeds=seeds,
        as_of=as_of,
        daily=daily,
        series=series,
        baselines=baselines,
        flags=flags,
        shifts=shifts,
        health=health,
        histories=histories,
    )


def expected_store_marts(
    raw: Mapping[str, pd.DataFrame],
    seeds_dir: Path,
    coverage: Collection[tuple[str, date]],
    as_of: date,
    *,
    feedback: Sequence[Feedback] = (),
    seen: Sequence[SeenAlert] = (),
) -> dict[str, pd.DataFrame]:
    """Compute the store marts from the raw tables.

    Args:
        raw: frames by feed, with the columns of loader/feeds.yml. Decimals must be
            `decimal.Decimal` (see `values.object_frame`); NULL may be None, NaN or NaT.
        seeds_dir: folder with the seeds in use.
        coverage: the pairs of feed and business date that are fully loaded.
        as_of: last business date that counts.
        feedback: rows of alert_feedback.
        seen: episodes that earlier builds knew.

    Returns:
        Frames of objects by mart name, with the columns of `STORE_MART_SCHEMAS`, NULL as None.

    Raises:
        KeyError: if a table or a column is missing.
        TypeError: if a quantity is a float.
    """
    seeds = read_store_seeds(seeds_dir)
    return store_results(raw, seeds, coverage, as_of).marts(feedback, seen)


def _frame(mart: str, records: Iterable[dict[str, object]]) -> pd.DataFrame:
    columns = list(STORE_MART_SCHEMAS[mart].kinds)
    return object_frame(([record[column] for column in columns] for record in records), columns)
