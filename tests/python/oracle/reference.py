"""The forecast marts as they must be, computed without SQL: the single entry point.

Definitions: "Conventions", "Forecast accuracy" and "Forecast alerts" of the project's definitions.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pandas as pd

from .alerts import forecast_alerts
from .compare import Kind, MartSchema
from .detail import accuracy_detail
from .seeds import Seeds, read_seeds
from .summary import accuracy_summary
from .values import object_frame

PREDICTION_CUTOFF_HOUR = 6

ACCURACY_DAILY = MartSchema(
    key=("dept_id", "goods_code", "business_date"),
    kinds={
        "dept_id": Kind.INTEGER,
        "goods_code": Kind.TEXT,
        "business_date": Kind.DATE,
        "shop_no": Kind.TEXT,
        "category": Kind.TEXT,
        "match_status": Kind.TEXT,
        "predicted_qty": Kind.DECIMAL,
        "actual_qty": Kind.DECIMAL,
        "latest_predicted_qty": Kind.DECIMAL,
        "late_versions": Kind.INTEGER,
        "error": Kind.DECIMAL,
        "abs_error": Kind.DECIMAL,
        "squared_error": Kind.FLOAT,
        "abs_pct_error": Kind.FLOAT,
        "error_direction": Kind.TEXT,
        "within_10": Kind.INTEGER,
        "within_20": Kind.INTEGER,
        "within_30": Kind.INTEGER,
    },
)

ACCURACY_SUMMARY = MartSchema(
    key=("period_type", "period_end", "dimension_type", "dimension_value"),
    kinds={
        "period_type": Kind.TEXT,
        "period_end": Kind.DATE,
        "dimension_type": Kind.TEXT,
        "dimension_value": Kind.TEXT,
        "period_start": Kind.DATE,
        "is_complete": Kind.INTEGER,
        "n_predictions": Kind.INTEGER,
        "n_actuals": Kind.INTEGER,
        "n_matched": Kind.INTEGER,
        "mape_pct": Kind.FLOAT,
        "wmape_pct": Kind.FLOAT,
        "rmse": Kind.FLOAT,
        "mfe": Kind.FLOAT,
        "mad": Kind.FLOAT,
        "bias_pct": Kind.FLOAT,
        "accuracy_rate_10_pct": Kind.FLOAT,
        "accuracy_rate_20_pct": Kind.FLOAT,
        "accuracy_rate_30_pct": Kind.FLOAT,
        "tracking_signal": Kind.FLOAT,
        "tracking_signal_limit": Kind.FLOAT,
        "is_tracking_signal_breached": Kind.INTEGER,
        "is_tracking_signal_beyond_4": Kind.INTEGER,
        "coverage_pct": Kind.FLOAT,
        "actual_coverage_pct": Kind.FLOAT,
        "smape_pct": Kind.FLOAT,
        "service_level_pct": Kind.FLOAT,
    },
)

FORECAST_ALERTS = MartSchema(
    key=("alert_id",),
    kinds={
        "alert_id": Kind.TEXT,
        "family": Kind.TEXT,
        "alert_type": Kind.TEXT,
        "severity": Kind.TEXT,
        "entity_type": Kind.TEXT,
        "entity_value": Kind.TEXT,
        "opened_on": Kind.DATE,
        "last_seen_on": Kind.DATE,
        "escalated_on": Kind.DATE,
        "closed_on": Kind.DATE,
        "status": Kind.TEXT,
        "metric_value": Kind.FLOAT,
        "threshold": Kind.FLOAT,
    },
)

MART_SCHEMAS: dict[str, MartSchema] = {
    "forecast_accuracy_daily": ACCURACY_DAILY,
    "forecast_accuracy_summary": ACCURACY_SUMMARY,
    "forecast_alerts": FORECAST_ALERTS,
}


def expected_marts(
    raw: Mapping[str, pd.DataFrame],
    seeds_dir: Path,
    as_of: date,
    cutoff_hour: int = PREDICTION_CUTOFF_HOUR,
) -> dict[str, pd.DataFrame]:
    """Compute the three forecast marts from the raw tables.

    Args:
        raw: frames by entity name: order_predictions, stock_changes, shops and shop_depts, with
            the columns of loader/feeds.yml. Decimals must be `decimal.Decimal` (see
            `values.object_frame`); NULL may be None, NaN or NaT.
        seeds_dir: folder with the seeds in use.
        as_of: last business date that counts.
        cutoff_hour: the variable prediction_cutoff_hour, a local hour.

    Returns:
        Frames of objects by mart name, with the columns of `MART_SCHEMAS`, NULL as None.

    Raises:
        KeyError: if a table or a column is missing.
        TypeError: if a quantity is a float.
    """
    return expected_marts_from_seeds(raw, read_seeds(seeds_dir), as_of, cutoff_hour)


def expected_marts_from_seeds(
    raw: Mapping[str, pd.DataFrame],
    seeds: Seeds,
    as_of: date,
    cutoff_hour: int = PREDICTION_CUTOFF_HOUR,
) -> dict[str, pd.DataFrame]:
    """Compute the three forecast marts with seeds that are already read; see `expected_marts`."""
    detail = accuracy_detail(raw, seeds, as_of, cutoff_hour)
    cells = accuracy_summary(detail, as_of)
    records = {
        "forecast_accuracy_daily": [row.as_record() for row in detail],
        "forecast_accuracy_summary": [cell.as_record() for cell in cells],
        "forecast_alerts": [alert.as_record() for alert in forecast_alerts(cells, seeds)],
    }
    return {
        mart: object_frame(
            ([record[column] for column in schema.kinds] for record in records[mart]),
            list(schema.kinds),
        )
        for mart, schema in MART_SCHEMAS.items()
    }
