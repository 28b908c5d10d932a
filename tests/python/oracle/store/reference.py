"""The store marts as they must be, computed without SQL: the single entry point.

Definitions: "Conventions" and "Store performance" of the project's definitions.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from tests.python.oracle.compare import Kind, MartSchema
from tests.python.oracle.values import object_frame

from .alerts import Feedback, SeenAlert, compute_alerts
from .baselines import compute_baselines
from .flags import compute_flags, compute_verdicts
from .health import compute_health
from .kpis import daily_metrics
from .peers import compute_candidates, compute_peer_comparison
from .seeds import StoreSeeds, read_store_seeds
from .series import store_series
from .shifts import compute_shifts
from .signals import activity_histories, health_histories, kpi_histories

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
    return expected_store_marts_from_seeds(
        raw, read_store_seeds(seeds_dir), coverage, as_of, feedback=feedback, seen=seen
    )


def expected_store_marts_from_seeds(
    raw: Mapping[str, pd.DataFrame],
    seeds: StoreSeeds,
    coverage: Collection[tuple[str, date]],
    as_of: date,
    *,
    feedback: Sequence[Feedback] = (),
    seen: Sequence[SeenAlert] = (),
) -> dict[str, pd.DataFrame]:
    """Compute the store marts with seeds that are already read; see `expected_store_marts`."""
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
    alerts = compute_alerts(histories, baselines, seeds, as_of, feedback=feedback, seen=seen)
    # A store that opens after the as-of date has no day yet.
    opened = [store for store, rows in daily.items() if rows]
    records: dict[str, list[dict[str, object]]] = {
        "store_daily_metrics": [row.as_record() for rows in daily.values() for row in rows],
        "store_spc_control_limits": [row.as_record() for row in baselines.rows()],
        "store_anomaly_flags": [flag.as_record() for flag in flags],
        "store_sustained_shifts": [
            shift.as_record() for by_day in shifts.values() for shift in by_day.values()
        ],
        "store_alerts": [alert.as_record() for alert in alerts],
        "store_health_scores": [row.as_record() for row in health],
        "store_peer_comparison": [
            row.as_record() for row in compute_peer_comparison(series, health, as_of)
        ],
        "store_cannibalization_candidates": [
            row.as_record() for row in compute_candidates(baselines, opened)
        ],
    }
    return {
        mart: object_frame(
            ([record[column] for column in schema.kinds] for record in records[mart]),
            list(schema.kinds),
        )
        for mart, schema in STORE_MART_SCHEMAS.items()
    }
