"""Reading single values of a raw table without losing anything on the way.

Quantities stay `decimal.Decimal` from the source to the comparison: a float would already have
decided whether 0.36 lies within 20 % of 0.3.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Context, Decimal

import pandas as pd

# Squares of decimal(18,4) need 36 digits and sums of them a few more; quotients are rounded to a
# float at the very end, so that an oracle value is the float nearest to the true one.
EXACT = Context(prec=80)


def is_null(value: object) -> bool:
    """Tell whether a cell of a raw frame stands for SQL NULL (None, NaN, NaT or NA)."""
    if value is None or value is pd.NaT or value is pd.NA:
        return True
    return isinstance(value, float) and math.isnan(value)


def text(value: object) -> str | None:
    """Return a code without its surrounding spaces, None for NULL and for an empty code."""
    return None if is_null(value) else str(value).strip(" ") or None


def integer(value: object) -> int | None:
    """Return an integer; a nullable integer column that pandas widened to float is accepted.

    Raises:
        ValueError: if the number has a fraction.
    """
    if is_null(value):
        return None
    number = int(str(value)) if not isinstance(value, float) else int(value)
    if isinstance(value, float) and number != value:
        raise ValueError(f"{value!r} is not an integer")
    return number


def quantity(value: object) -> Decimal | None:
    """Return an exact quantity in the goods' own unit.

    Raises:
        TypeError: for a float, whose decimal places are already lost.
    """
    if is_null(value):
        return None
    if isinstance(value, float):
        raise TypeError(f"quantity {value!r} is a float; read decimals as decimal.Decimal")
    return Decimal(str(value))


def calendar_date(value: object) -> date | None:
    """Return a calendar date; a timestamp loses its time of day."""
    if is_null(value):
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def instant(value: object) -> datetime | None:
    """Return a source timestamp, UTC without a zone mark, to the microsecond."""
    if is_null(value):
        return None
    if isinstance(value, datetime):
        return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value
    return datetime.fromisoformat(str(value))


def object_frame(rows: Iterable[Sequence[object]], columns: Sequence[str]) -> pd.DataFrame:
    """Build a frame that keeps None, Decimal, date and NaN apart.

    Read marts and raw tables through this (cursor rows, column names): pandas' own inference
    turns decimals into floats and NULL into NaN, which hides a NaN that an engine computed.
    """
    return pd.DataFrame([list(row) for row in rows], columns=list(columns), dtype=object)
