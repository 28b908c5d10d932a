"""The comparison must be able to fail, in every way a mart can be wrong."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from .compare import Kind, MartSchema, assert_same, compare_frames
from .values import object_frame

SCHEMA = MartSchema(
    key=("store", "day"),
    kinds={
        "store": Kind.INTEGER,
        "day": Kind.DATE,
        "name": Kind.TEXT,
        "quantity": Kind.DECIMAL,
        "ratio": Kind.FLOAT,
        "flag": Kind.INTEGER,
    },
)
ROW: dict[str, object] = {
    "store": 1127,
    "day": date(2026, 3, 2),
    "name": "dairy",
    "quantity": Decimal("10.5000"),
    "ratio": 0.1,
    "flag": 1,
}
EMPTY: dict[str, object] = {**ROW, "name": None, "quantity": None, "ratio": None, "flag": None}


def frame(*rows: dict[str, object]) -> pd.DataFrame:
    """Return rows as a frame of objects."""
    return object_frame([list(row.values()) for row in rows], list(ROW))


def test_equal_frames() -> None:
    """The same values, and NULL on both sides."""
    second = {**EMPTY, "store": 1128}
    assert_same(frame(ROW, second), frame(second, ROW), SCHEMA)


@pytest.mark.parametrize(
    "other",
    [
        {"day": datetime(2026, 3, 2)},
        {"day": pd.Timestamp("2026-03-02")},
        {"day": "2026-03-02"},
        {"store": np.int64(1127)},
        {"store": Decimal("1127")},
        {"quantity": 10.5},
        {"quantity": Decimal("10.5")},
        {"ratio": Decimal("0.1")},
        {"ratio": 0.1 + 1e-10},
        {"flag": True},
    ],
)
def test_the_same_value_of_another_driver(other: dict[str, object]) -> None:
    """Types of drivers do not matter, values do."""
    assert_same(frame({**ROW, **other}), frame(ROW), SCHEMA)


@pytest.mark.parametrize(
    "other",
    [
        {"name": None},
        {"name": ""},
        {"name": "dairy "},
        {"name": "Dairy"},
        {"quantity": None},
        {"quantity": Decimal("10.5001")},
        {"ratio": None},
        {"ratio": float("nan")},
        {"ratio": float("inf")},
        {"ratio": 0.1 + 2e-9},
        {"flag": None},
        {"flag": 0},
    ],
)
def test_one_value_differs(other: dict[str, object]) -> None:
    """Each is found in both directions, and named."""
    for actual, expected in (
        (frame({**ROW, **other}), frame(ROW)),
        (frame(ROW), frame({**ROW, **other})),
    ):
        comparison = compare_frames(actual, expected, SCHEMA)
        assert [difference.column for difference in comparison.differences] == list(other)
        assert next(iter(other)) in comparison.report()


@pytest.mark.parametrize("column", ["name", "quantity", "ratio", "flag"])
def test_null_is_not_zero(column: str) -> None:
    """NULL differs from 0 in every kind of column."""
    zero = {**EMPTY, column: 0}
    assert not compare_frames(frame(zero), frame(EMPTY), SCHEMA).is_equal
    assert not compare_frames(frame(EMPTY), frame(zero), SCHEMA).is_equal


def test_tolerance_is_relative_above_one() -> None:
    """At a million, a thousandth is too much and a ten-thousandth is not."""
    big = {**ROW, "ratio": 1e6}
    assert compare_frames(frame({**ROW, "ratio": 1e6 + 1e-4}), frame(big), SCHEMA).is_equal
    assert not compare_frames(frame({**ROW, "ratio": 1e6 + 2e-3}), frame(big), SCHEMA).is_equal


def test_decimals_have_no_tolerance() -> None:
    """Even where a float would not see the difference."""
    big = {**ROW, "quantity": Decimal("99999999999999.9999")}
    almost = {**ROW, "quantity": Decimal("99999999999999.9998")}
    assert not compare_frames(frame(almost), frame(big), SCHEMA).is_equal


def test_missing_and_unexpected_rows() -> None:
    """Both directions; a row of NULLs is still a row."""
    second = {**EMPTY, "store": 1128}
    missing = compare_frames(frame(ROW), frame(ROW, second), SCHEMA)
    assert missing.missing_rows == [(1128, date(2026, 3, 2))]
    unexpected = compare_frames(frame(ROW, second), frame(ROW), SCHEMA)
    assert unexpected.unexpected_rows == [(1128, date(2026, 3, 2))]
    assert "1 rows not expected:\n  (1128, 2026-03-02)" in unexpected.report()


def test_repeated_keys() -> None:
    """A row twice is a fan-out, also when both copies are right."""
    comparison = compare_frames(frame(ROW, ROW), frame(ROW), SCHEMA)
    assert comparison.repeated_keys == [(1127, date(2026, 3, 2))]
    assert not comparison.is_equal


def test_null_keys_meet_each_other_only() -> None:
    """A NULL in a key is a key of its own."""
    nobody = {**ROW, "store": None}
    assert compare_frames(frame(nobody), frame(nobody), SCHEMA).is_equal
    assert compare_frames(frame(nobody), frame(ROW), SCHEMA).missing_rows
    assert "(NULL, 2026-03-02)" in compare_frames(frame(nobody), frame(ROW), SCHEMA).report()


def test_missing_columns() -> None:
    """A column that an engine lacks is a difference; one that the oracle lacks is a mistake."""
    short = frame(ROW).drop(columns="flag")
    assert compare_frames(short, frame(ROW), SCHEMA).missing_columns == ["flag"]
    assert not compare_frames(short, frame(ROW), SCHEMA).is_equal
    assert not compare_frames(frame(ROW).drop(columns="store"), frame(ROW), SCHEMA).is_equal
    with pytest.raises(ValueError, match="lacks flag"):
        compare_frames(frame(ROW), short, SCHEMA)


def test_nan_of_a_float_column_is_null() -> None:
    """Pandas has nothing else there; in a column of objects it is what the engine computed."""
    floats = frame(EMPTY).astype({"ratio": "float64"})
    assert compare_frames(floats, frame(EMPTY), SCHEMA).is_equal
    computed = {**EMPTY, "ratio": float("nan")}
    assert not compare_frames(frame(computed), frame(EMPTY), SCHEMA).is_equal


@pytest.mark.parametrize(
    ("column", "value"), [("flag", 0.5), ("day", datetime(2026, 3, 2, 1)), ("ratio", "many")]
)
def test_values_of_another_kind_are_refused(column: str, value: object) -> None:
    """Half a flag, a date with a time, a word: rounding them off would hide an error."""
    with pytest.raises(ValueError, match=r"integer|time of day|convert"):
        compare_frames(frame({**ROW, column: value}), frame(ROW), SCHEMA)


def test_assert_same_reports_and_refuses_nothing() -> None:
    """The message counts by column and shows keys; two empty frames prove nothing."""
    with pytest.raises(
        AssertionError, match=r"duckdb: 1 rows compared\n1 values differ \(flag 1\)"
    ):
        assert_same(frame({**ROW, "flag": 0}), frame(ROW), SCHEMA, "duckdb")
    with pytest.raises(AssertionError, match="both sides are empty"):
        assert_same(frame(), frame(), SCHEMA)


def test_report_is_short() -> None:
    """Many differences are counted, few are shown."""
    stores = range(50)
    wrong = frame(*[{**ROW, "store": store, "flag": 0} for store in stores])
    right = frame(*[{**ROW, "store": store} for store in stores])
    report = compare_frames(wrong, right, SCHEMA).report(limit=3)
    assert "50 values differ (flag 50)" in report
    assert len(report.splitlines()) == 5
