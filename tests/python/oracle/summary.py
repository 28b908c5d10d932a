"""forecast_accuracy_summary in plain Python: every measure straight from the detail rows.

The models build each period from additive daily components; here every cell collects its own
detail rows and computes from them, so that the two share no step.
"""

from __future__ import annotations

import calendar
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, localcontext

from .detail import HUNDRED, DetailRow
from .values import EXACT

ROLLING_DAYS = {"last_7d": 7, "last_30d": 30}
ZERO = Decimal(0)

Measures = dict[str, float | None]
# Predicted and actual quantity of every matched row.
Pairs = Sequence[tuple[Decimal, Decimal]]


@dataclass(frozen=True)
class Cell:
    """One row of forecast_accuracy_summary."""

    period_type: str
    period_start: date
    period_end: date
    dimension_type: str
    dimension_value: str
    is_complete: int
    measures: Measures

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return {
            "period_type": self.period_type,
            "period_end": self.period_end,
            "dimension_type": self.dimension_type,
            "dimension_value": self.dimension_value,
            "period_start": self.period_start,
            "is_complete": self.is_complete,
            **self.measures,
        }


def accuracy_summary(detail: Sequence[DetailRow], as_of: date) -> list[Cell]:
    """Compute every row of forecast_accuracy_summary.

    Args:
        detail: the rows of forecast_accuracy_daily.
        as_of: last business date that counts.
    """
    if not detail:
        return []
    first_date = min(row.business_date for row in detail)
    members: dict[tuple[str, date, date, str, str], list[DetailRow]] = defaultdict(list)
    for row in detail:
        for period_type, start, end in periods_of(row.business_date, as_of):
            for dimension_type, value in dimensions_of(row):
                members[(period_type, start, end, dimension_type, value)].append(row)
    return [
        Cell(*key, is_complete=_is_complete(*key[:3], first_date, as_of), measures=measures(rows))
        for key, rows in sorted(members.items())
    ]


def periods_of(day: date, as_of: date) -> Iterator[tuple[str, date, date]]:
    """Yield (period type, first date, last date) of every period that holds a day."""
    yield "daily", day, day
    monday = day - timedelta(days=day.weekday())
    yield "weekly", monday, monday + timedelta(days=6)
    last_of_month = calendar.monthrange(day.year, day.month)[1]
    yield "monthly", day.replace(day=1), day.replace(day=last_of_month)
    for period_type, length in ROLLING_DAYS.items():
        for offset in range(length):
            end = day + timedelta(days=offset)
            if end <= as_of:
                yield period_type, end - timedelta(days=length - 1), end


def dimensions_of(row: DetailRow) -> Iterator[tuple[str, str]]:
    """Yield (dimension type, member) of every dimension that a row belongs to."""
    yield "overall", "all"
    yield "store", str(row.dept_id)
    yield "product", row.goods_code
    yield "category", row.category
    yield "day_of_week", str(row.business_date.isoweekday())


def _is_complete(period_type: str, start: date, end: date, first_date: date, as_of: date) -> int:
    if period_type in ROLLING_DAYS:
        return int(start >= first_date)
    return int(end <= as_of)


def measures(rows: Sequence[DetailRow]) -> Measures:
    """Compute counts and measures of one cell; ratios without a denominator are None."""
    with localcontext(EXACT):
        pairs = [
            (row.predicted_qty, row.actual_qty)
            for row in rows
            if row.predicted_qty is not None and row.actual_qty is not None
        ]
        predictions_only = sum(row.match_status == "prediction_only" for row in rows)
        actuals_only = sum(row.match_status == "actual_only" for row in rows)
        matched = len(pairs)
        return {
            "n_predictions": matched + predictions_only,
            "n_actuals": matched + actuals_only,
            "n_matched": matched,
            **_error_measures(pairs),
            **_accuracy_rates(pairs),
            **_tracking_signal(pairs),
            "coverage_pct": _percent(matched, matched + predictions_only),
            "actual_coverage_pct": _percent(matched, matched + actuals_only),
            "service_level_pct": _percent(sum(p >= a for p, a in pairs), matched),
        }


def _error_measures(pairs: Pairs) -> Measures:
    errors = [predicted - actual for predicted, actual in pairs]
    total_actual = sum((actual for _, actual in pairs), ZERO)
    total_error = sum(errors, ZERO)
    total_abs_error = sum((abs(error) for error in errors), ZERO)
    mean_square = _ratio(sum((error * error for error in errors), ZERO), len(errors))
    return {
        "mape_pct": _mean([HUNDRED * abs(p - a) / a for p, a in pairs if a != 0]),
        "wmape_pct": _float(_ratio(HUNDRED * total_abs_error, total_actual)),
        "rmse": None if mean_square is None else float(mean_square.sqrt()),
        "mfe": _float(_ratio(total_error, len(errors))),
        "mad": _float(_ratio(total_abs_error, len(errors))),
        "bias_pct": _float(_ratio(HUNDRED * total_error, total_actual)),
        "smape_pct": _mean([value for pair in pairs if (value := _smape(*pair)) is not None]),
    }


def _smape(predicted: Decimal, actual: Decimal) -> Decimal | None:
    """Return 0 where both are 0, and nothing where they only cancel each other."""
    if predicted == 0 and actual == 0:
        return ZERO
    if predicted + actual == 0:
        return None
    return 200 * abs(predicted - actual) / (predicted + actual)


def _accuracy_rates(pairs: Pairs) -> Measures:
    positive = [(predicted, actual) for predicted, actual in pairs if actual > 0]
    return {
        f"accuracy_rate_{band}_pct": _percent(
            sum(HUNDRED * abs(p - a) <= band * a for p, a in positive), len(positive)
        )
        for band in (10, 20, 30)
    }


def _tracking_signal(pairs: Pairs) -> Measures:
    errors = [predicted - actual for predicted, actual in pairs]
    # Σerror / (Σ|error| / n), written so that a signal of exactly 4 is decided without rounding.
    signal = _ratio(len(errors) * sum(errors, ZERO), sum((abs(error) for error in errors), ZERO))
    limit = Decimal("3.76") * Decimal(len(errors)).sqrt()
    return {
        "tracking_signal": _float(signal),
        "tracking_signal_limit": 3.76 * math.sqrt(len(errors)),
        "is_tracking_signal_breached": None if signal is None else int(abs(signal) > limit),
        "is_tracking_signal_beyond_4": None if signal is None else int(abs(signal) > 4),
    }


def _ratio(numerator: Decimal, denominator: Decimal | int) -> Decimal | None:
    return None if denominator == 0 else numerator / denominator


def _percent(part: int, whole: int) -> float | None:
    return _float(_ratio(HUNDRED * part, whole))


def _mean(values: Sequence[Decimal]) -> float | None:
    return _float(_ratio(sum(values, ZERO), len(values)))


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
