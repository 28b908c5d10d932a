"""The oracle against numbers that others published."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from .detail import DetailRow
from .golden import Series, last_period, mismatches, raw_tables
from .golden_cases import golden_series, macro_cases
from .hand_made import detail_row, seeds
from .reference import expected_marts_from_seeds
from .summary import measures


@pytest.fixture(scope="module")
def series(cases_dir: Path) -> list[Series]:
    """Return every representable series."""
    return golden_series(cases_dir)


@pytest.fixture(scope="module")
def summary(series: list[Series]) -> pd.DataFrame:
    """Return the summary that the oracle computes from all series in one set of raw tables."""
    marts = expected_marts_from_seeds(raw_tables(series), seeds(), last_period(series))
    return marts["forecast_accuracy_summary"]


def test_the_oracle_meets_the_published_values(summary: pd.DataFrame, series: list[Series]) -> None:
    """Every measure of every method and case."""
    assert mismatches(summary, series) == []


def test_every_case_is_read(series: list[Series]) -> None:
    """Four methods, six edge cases, two series, three tables; each its own product."""
    assert len({one.goods_code for one in series}) == len(series) == 15
    assert sum(len(one.expectations) for one in series) == 121


def test_raw_quantities_fit_their_columns(series: list[Series]) -> None:
    """decimal(18,4): nothing is rounded on the way in."""
    raw = raw_tables(series)
    for table, column in (
        ("order_predictions", "vlt_avg_demand"),
        ("stock_changes", "total_adjust_num"),
    ):
        for value in raw[table][column]:
            assert value == value.quantize(Decimal("0.0001"))
            assert abs(value) < 10**14


def test_a_wrong_value_is_found(summary: pd.DataFrame, series: list[Series]) -> None:
    """One published number moved a little, one made NULL, one cell gone."""
    first = series[0]
    for changed in (
        replace(first.expectations[0], value=13.776),
        replace(first.expectations[0], value=None),
        replace(first.expectations[0], period=40),
    ):
        assert len(mismatches(summary, [replace(first, expectations=(changed,))])) == 1


def test_zero_and_negative_actuals(cases_dir: Path) -> None:
    """What no raw table can hold, on the oracle's own measures."""
    cases = macro_cases(cases_dir)
    assert len(cases) == 9
    for case in cases:
        rows: list[DetailRow] = [
            detail_row(repr(predicted), repr(actual))
            for actual, predicted in zip(case.actual, case.predicted, strict=True)
        ]
        value = measures(rows)[case.measure]
        if case.value is None:
            assert value is None, case.name
        else:
            assert value == pytest.approx(case.value, rel=1e-8), case.name
