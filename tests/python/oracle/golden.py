"""Published error measures as raw tables and expected cells (golden_cases reads them).

Each series becomes one product of one store, one day per period: its forecast a prediction made
the evening before, its actual one consumption. The measure of periods 1 to t is then that of the
product's last_30d cell that ends on day t. Published numbers come in other conventions; they are
mapped to ours here: error is predicted minus actual, percent is percent, smape runs to 200.

Raw quantities have four decimals. A series with more is multiplied by a power of ten until it
fits, which changes nothing but the unit of rmse, mfe and mad.

A zero or negative actual cannot come as consumption (a change must be below 0 to count). Those
sub-cases are in `golden_cases.macro_cases`, to be checked on the measures' own macros.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd

from .raw_columns import COLUMNS
from .values import object_frame

STORE, SHOP = 1127, "US00001"
FIRST_DATE = date(2026, 3, 2)
SCALED_MEASURES = frozenset({"rmse", "mfe", "mad"})


@dataclass(frozen=True)
class Expectation:
    """A published value, in our convention and in the series' own unit.

    It stands in the product's cell of `period_type` (daily or last_30d) that ends on day `period`,
    counted from 1. `value` is None for SQL NULL.
    """

    period_type: str
    period: int
    measure: str
    value: float | None
    relative: float = 0.0
    absolute: float = 0.0


@dataclass(frozen=True)
class Series:
    """A forecast and what came, and the measures published for them."""

    name: str
    goods_code: str
    actual: tuple[Decimal, ...]
    predicted: tuple[Decimal, ...]
    expectations: tuple[Expectation, ...]

    @property
    def scale(self) -> int:
        """The power of ten that makes every value fit four decimals."""
        exponents = [value.as_tuple().exponent for value in (*self.actual, *self.predicted)]
        return int(10 ** max(0, -4 - min(int(exponent) for exponent in exponents)))

    @property
    def as_of(self) -> date:
        """The day of the last period."""
        return day_of(len(self.actual))

    def expected_in_raw_unit(self, expectation: Expectation) -> tuple[float | None, float]:
        """Return the value to expect from the raw tables, and the allowed distance from it."""
        factor = self.scale if expectation.measure in SCALED_MEASURES else 1
        if expectation.value is None:
            return None, 0.0
        value = expectation.value * factor
        return value, max(expectation.absolute * factor, expectation.relative * abs(value))


def day_of(period: int) -> date:
    """Return the business date of a period, counted from 1."""
    return FIRST_DATE + timedelta(days=period - 1)


def raw_tables(series: Iterable[Series]) -> dict[str, pd.DataFrame]:
    """Return the raw tables of one or more series: one store, one product per series."""
    predictions: list[list[object]] = []
    changes: list[list[object]] = []
    for one in series:
        for period, (actual, predicted) in enumerate(
            zip(one.actual, one.predicted, strict=True), start=1
        ):
            day = day_of(period)
            # 02:00 UTC is the evening before in New York, 18:00 UTC the early afternoon.
            created, consumed = datetime.combine(day, time(2)), datetime.combine(day, time(18))
            key = [len(predictions) + 1, STORE, one.goods_code]
            predictions.append([*key, day, predicted * one.scale, created])
            changes.append([*key, "1002", -actual * one.scale, None, consumed])
    rows: dict[str, list[list[object]]] = {
        "order_predictions": predictions,
        "stock_changes": changes,
        "shops": [[SHOP, "Golden", 1, None]],
        "shop_depts": [[SHOP, STORE]],
    }
    return {table: object_frame(rows[table], columns) for table, columns in COLUMNS.items()}


def mismatches(summary: pd.DataFrame, series: Iterable[Series]) -> list[str]:
    """Compare forecast_accuracy_summary, of any engine, with the published values.

    Args:
        summary: the mart, built from `raw_tables` with an as-of date not before the last period.
        series: what it was built from.

    Returns:
        One line per value that is missing or too far off; empty when all agree.
    """
    cells = {
        (row["period_type"], pd.Timestamp(row["period_end"]).date(), row["dimension_value"]): row
        for row in summary[summary["dimension_type"] == "product"].to_dict("records")
    }
    found = []
    for one in series:
        for expectation in one.expectations:
            label = f"{one.name} {expectation.measure} at period {expectation.period}"
            cell = cells.get((expectation.period_type, day_of(expectation.period), one.goods_code))
            if cell is None:
                found.append(f"{label}: no cell")
                continue
            got = cell[expectation.measure]
            value, distance = one.expected_in_raw_unit(expectation)
            is_missing = bool(pd.isna(got))
            if is_missing != (value is None):
                found.append(f"{label}: got {got!r}, expected {value!r}")
            elif value is not None and not abs(float(got) - value) <= distance:
                found.append(f"{label}: got {got!r}, expected {value!r} ± {distance:.3g}")
    return found


def last_period(series: Sequence[Series]) -> date:
    """Return the as-of date that covers every series."""
    return max(one.as_of for one in series)
