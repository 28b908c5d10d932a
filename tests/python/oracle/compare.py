"""Comparison of two versions of a mart, by key, NULL-safe, in both directions.

A comparison that skips NULLs or joins inward can pass on anything; this one reports rows that only
one side has, keys that repeat, and values that differ, NULL being equal to NULL only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum

import pandas as pd

RELATIVE_TOLERANCE = 1e-9
Key = tuple[object, ...]


class Kind(Enum):
    """How the values of a column are compared."""

    TEXT = "text"
    INTEGER = "integer"
    DATE = "date"
    DECIMAL = "decimal"
    FLOAT = "float"


@dataclass(frozen=True)
class MartSchema:
    """The key of a mart and the kind of every column that is compared, key columns included."""

    key: tuple[str, ...]
    kinds: Mapping[str, Kind]


@dataclass(frozen=True)
class Difference:
    """One value that differs."""

    key: Key
    column: str
    actual: object
    expected: object


@dataclass(frozen=True)
class Comparison:
    """What sets two frames apart; empty everywhere when they are equal."""

    missing_columns: list[str]
    missing_rows: list[Key]
    unexpected_rows: list[Key]
    repeated_keys: list[Key]
    differences: list[Difference]
    rows_compared: int

    @property
    def is_equal(self) -> bool:
        """Whether nothing sets the two frames apart."""
        return not (
            self.missing_columns
            or self.missing_rows
            or self.unexpected_rows
            or self.repeated_keys
            or self.differences
        )

    def report(self, limit: int = 10) -> str:
        """Describe the first differences of each sort, at most `limit` of each."""
        lines = [f"{self.rows_compared} rows compared"]
        if self.missing_columns:
            lines.append(f"missing columns: {', '.join(self.missing_columns)}")
        for label, keys in (
            ("rows missing", self.missing_rows),
            ("rows not expected", self.unexpected_rows),
            ("keys that repeat", self.repeated_keys),
        ):
            if keys:
                lines.append(f"{len(keys)} {label}:")
                lines.extend(f"  {_show_key(key)}" for key in keys[:limit])
        if self.differences:
            by_column = Counter(difference.column for difference in self.differences)
            counts = ", ".join(f"{column} {count}" for column, count in by_column.most_common())
            lines.append(f"{len(self.differences)} values differ ({counts}):")
            lines.extend(
                f"  {_show_key(difference.key)} {difference.column}: "
                f"got {difference.actual!r}, expected {difference.expected!r}"
                for difference in self.differences[:limit]
            )
        return "\n".join(lines)


def compare_frames(actual: pd.DataFrame, expected: pd.DataFrame, schema: MartSchema) -> Comparison:
    """Compare the columns of a schema in two frames; more columns are ignored.

    Args:
        actual: what an engine holds.
        expected: what it must hold, for instance a frame of `expected_marts`. It may be another
            engine's mart: the comparison is symmetric.
        schema: key and kinds.

    Raises:
        ValueError: if `expected` lacks a column of the schema, or a value is not of its kind.
    """
    absent = [column for column in schema.kinds if column not in expected.columns]
    if absent:
        raise ValueError(f"the expected frame lacks {', '.join(absent)}")
    missing_columns = [column for column in schema.kinds if column not in actual.columns]
    columns = [column for column in schema.kinds if column not in missing_columns]
    if set(schema.key) & set(missing_columns):
        return Comparison(missing_columns, [], [], [], [], 0)

    actual_rows, actual_repeats = _by_key(actual, columns, schema)
    expected_rows, expected_repeats = _by_key(expected, columns, schema)
    common = [key for key in expected_rows if key in actual_rows]
    differences = [
        Difference(key, column, got, wanted)
        for key in common
        for column, got, wanted in zip(columns, actual_rows[key], expected_rows[key], strict=True)
        if not same(got, wanted, schema.kinds[column])
    ]
    return Comparison(
        missing_columns=missing_columns,
        missing_rows=[key for key in expected_rows if key not in actual_rows],
        unexpected_rows=[key for key in actual_rows if key not in expected_rows],
        repeated_keys=actual_repeats + expected_repeats,
        differences=differences,
        rows_compared=len(common),
    )


def assert_same(
    actual: pd.DataFrame, expected: pd.DataFrame, schema: MartSchema, label: str = ""
) -> None:
    """Fail with a readable report unless two frames are equal.

    Raises:
        AssertionError: if they differ, or if both are empty, which proves nothing.
    """
    comparison = compare_frames(actual, expected, schema)
    if not comparison.is_equal:
        raise AssertionError(f"{label}: {comparison.report()}" if label else comparison.report())
    if comparison.rows_compared == 0:
        raise AssertionError(f"{label}: both sides are empty" if label else "both sides are empty")


def same(left: object, right: object, kind: Kind) -> bool:
    """Compare two normalised values: floats within the tolerance, everything else exactly."""
    if left is None or right is None:
        return left is None and right is None
    if kind is not Kind.FLOAT:
        return left == right
    if not isinstance(left, float) or not isinstance(right, float):
        raise ValueError(f"{left!r} and {right!r} are not both floats")
    if not (math.isfinite(left) and math.isfinite(right)):
        return left == right or (math.isnan(left) and math.isnan(right))
    return abs(left - right) <= RELATIVE_TOLERANCE * max(1.0, abs(left), abs(right))


def normalise(value: object, kind: Kind, nan_is_null: bool) -> object:
    """Bring a value of any driver to one Python type per kind; NULL becomes None.

    Args:
        value: a cell.
        kind: the kind of its column.
        nan_is_null: whether NaN stands for NULL. It does in a float column of pandas, which has
            nothing else; in a column of objects it is a NaN that an engine computed.

    Raises:
        ValueError: if the value is not of its kind.
    """
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float) and math.isnan(value):
        return None if nan_is_null else float("nan")
    if kind is Kind.TEXT:
        return str(value)
    if kind is Kind.DATE:
        return _to_date(value)
    if kind is Kind.FLOAT:
        return value if isinstance(value, float) else float(str(value))
    # A float that came from a decimal prints as that decimal; the digits are compared as printed.
    number = Decimal(int(value)) if isinstance(value, bool) else Decimal(str(value))
    if kind is Kind.INTEGER and number != number.to_integral_value():
        raise ValueError(f"{value!r} is not an integer")
    return number


def _to_date(value: object) -> date:
    if isinstance(value, datetime):
        if value.time() != datetime.min.time():
            raise ValueError(f"{value!r} has a time of day, a date was expected")
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value))


def _by_key(
    frame: pd.DataFrame, columns: Sequence[str], schema: MartSchema
) -> tuple[dict[Key, list[object]], list[Key]]:
    normalised = []
    for column in columns:
        cells, kind = frame[column], schema.kinds[column]
        nan_is_null = cells.dtype != object
        normalised.append([normalise(cell, kind, nan_is_null=nan_is_null) for cell in cells])
    positions = [columns.index(column) for column in schema.key]
    rows: dict[Key, list[object]] = {}
    repeats: list[Key] = []
    for values in zip(*normalised, strict=True):
        key = tuple(values[position] for position in positions)
        if key in rows:
            repeats.append(key)
        rows[key] = list(values)
    return rows, repeats


def _show_key(key: Key) -> str:
    return "(" + ", ".join("NULL" if part is None else str(part) for part in key) + ")"
