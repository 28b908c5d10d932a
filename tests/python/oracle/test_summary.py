"""The oracle of forecast_accuracy_summary on rows that can be checked by head."""

from __future__ import annotations

import math
from datetime import date, timedelta

import pytest

from .hand_made import MONDAY, detail_row
from .summary import Cell, accuracy_summary, measures, periods_of


def test_measures_of_four_rows() -> None:
    """Errors +2, -5, 0 and +3 of actuals 10, 20, 30 and 10, beside two unmatched rows."""
    rows = [
        detail_row("12", "10"),
        detail_row("15", "20"),
        detail_row("30", "30"),
        detail_row("13", "10"),
        detail_row("9", None),
        detail_row(None, "4"),
    ]
    assert measures(rows) == {
        "n_predictions": 5,
        "n_actuals": 5,
        "n_matched": 4,
        "mape_pct": (20 + 25 + 0 + 30) / 4,
        "wmape_pct": pytest.approx(100 * 10 / 70),
        "rmse": pytest.approx(math.sqrt((4 + 25 + 0 + 9) / 4)),
        "mfe": 0.0,
        "mad": 2.5,
        "bias_pct": 0.0,
        "accuracy_rate_10_pct": 25.0,
        "accuracy_rate_20_pct": 50.0,
        "accuracy_rate_30_pct": 100.0,
        "tracking_signal": 0.0,
        "tracking_signal_limit": 7.52,
        "is_tracking_signal_breached": 0,
        "is_tracking_signal_beyond_4": 0,
        "coverage_pct": 80.0,
        "actual_coverage_pct": 80.0,
        "smape_pct": pytest.approx((400 / 22 + 1000 / 35 + 0 + 600 / 23) / 4),
        "service_level_pct": 75.0,
    }


def test_measures_without_a_matched_row() -> None:
    """Counts are 0, ratios NULL; the limit has no denominator."""
    only_predicted = measures([detail_row("9", None)])
    known = {name: value for name, value in only_predicted.items() if value is not None}
    assert known == {
        "n_predictions": 1,
        "n_actuals": 0,
        "n_matched": 0,
        "tracking_signal_limit": 0.0,
        "coverage_pct": 0.0,
    }
    assert measures([detail_row(None, "9")])["actual_coverage_pct"] == 0.0


def test_perfect_forecasts_have_no_tracking_signal() -> None:
    """A mean absolute deviation of 0 leaves signal and flags NULL, not 0."""
    cell = measures([detail_row("10", "10"), detail_row("5", "5")])
    assert (cell["mad"], cell["mape_pct"], cell["smape_pct"]) == (0, 0, 0)
    for name in ("tracking_signal", "is_tracking_signal_breached", "is_tracking_signal_beyond_4"):
        assert cell[name] is None


@pytest.mark.parametrize(
    ("n", "beyond_4", "breached"), [(4, 0, 0), (5, 1, 0), (14, 1, 0), (15, 1, 1)]
)
def test_tracking_signal_of_equal_errors(n: int, beyond_4: int, breached: int) -> None:
    """Equal errors give a signal of n: exactly 4 is not beyond 4; 3.76·√n passes n at 14.1."""
    cell = measures([detail_row("10.1", "10")] * n)
    assert cell["tracking_signal"] == n
    assert cell["is_tracking_signal_beyond_4"] == beyond_4
    assert cell["is_tracking_signal_breached"] == breached


def test_smape_of_zeros_and_opposites() -> None:
    """Both 0 counts as 0; a sum of 0 of opposites does not count; a negative sum does."""
    assert measures([detail_row("0", "0"), detail_row("3", "1")])["smape_pct"] == 50.0
    assert measures([detail_row("-1", "1"), detail_row("3", "1")])["smape_pct"] == 100.0
    assert measures([detail_row("-1", "1")])["smape_pct"] is None
    assert measures([detail_row("-3", "1")])["smape_pct"] == -400.0


def test_actuals_of_zero_count_in_no_percentage() -> None:
    """They stay in every other measure."""
    cell = measures([detail_row("1", "0"), detail_row("11", "10")])
    assert (cell["mape_pct"], cell["accuracy_rate_10_pct"]) == (10.0, 100.0)
    assert (cell["n_matched"], cell["mad"], cell["wmape_pct"]) == (2, 1.0, 20.0)
    alone = measures([detail_row("1", "0")])
    for name in ("mape_pct", "wmape_pct", "bias_pct", "accuracy_rate_30_pct"):
        assert alone[name] is None


def test_sums_do_not_lose_digits() -> None:
    """Errors of +0.1, +0.2 and -0.3 cancel; a huge error does not swallow a small one."""
    cancelling = [detail_row("1.1", "1"), detail_row("1.2", "1"), detail_row("0.7", "1")]
    assert measures(cancelling)["mfe"] == 0.0
    huge = [detail_row(f"{sign}99999999999999", "0.0001") for sign in ("", "-")]
    assert measures(huge)["mfe"] == -0.0001


def test_periods_of_a_day() -> None:
    """A Sunday ends its week; rolling periods stop at the as-of date."""
    sunday, as_of = date(2026, 3, 8), date(2026, 3, 9)
    assert list(periods_of(sunday, as_of)) == [
        ("daily", sunday, sunday),
        ("weekly", date(2026, 3, 2), sunday),
        ("monthly", date(2026, 3, 1), date(2026, 3, 31)),
        ("last_7d", date(2026, 3, 2), sunday),
        ("last_7d", date(2026, 3, 3), as_of),
        ("last_30d", date(2026, 2, 7), sunday),
        ("last_30d", date(2026, 2, 8), as_of),
    ]


def _cells(cells: list[Cell], period_type: str, value: str) -> list[tuple[date, int, float | None]]:
    return [
        (cell.period_end, cell.is_complete, cell.measures["n_matched"])
        for cell in cells
        if cell.period_type == period_type and cell.dimension_value == value
    ]


def test_rolling_periods_reach_to_the_as_of_date() -> None:
    """Rows on day 1 and 9: each end between has a cell while a row lies in its seven days."""
    rows = [detail_row("1", "1", MONDAY), detail_row("1", "1", MONDAY + timedelta(days=8))]
    cells = accuracy_summary(rows, MONDAY + timedelta(days=9))
    found = [(end.day, done, n) for end, done, n in _cells(cells, "last_7d", "all")]
    assert found == [
        *[(day, int(day == 8), 1) for day in range(2, 9)],
        (10, 1, 1),
        (11, 1, 1),
    ]


def test_running_weeks_and_months_are_incomplete() -> None:
    """On Monday the 9th the first week is over; the second week and the month are not."""
    rows = [detail_row("1", "1", MONDAY), detail_row("1", "1", date(2026, 3, 9))]
    cells = accuracy_summary(rows, date(2026, 3, 9))
    assert _cells(cells, "weekly", "all") == [(date(2026, 3, 8), 1, 1), (date(2026, 3, 15), 0, 1)]
    assert _cells(cells, "monthly", "all") == [(date(2026, 3, 31), 0, 2)]
    assert _cells(cells, "daily", "all") == [(MONDAY, 1, 1), (date(2026, 3, 9), 1, 1)]


def test_twenty_five_combinations() -> None:
    """One row gives one member of every dimension; a Monday is weekday 1."""
    cells = accuracy_summary([detail_row("1", "1")], MONDAY)
    assert len(cells) == 25
    members = {(cell.dimension_type, cell.dimension_value) for cell in cells}
    assert members == {
        ("overall", "all"),
        ("store", "1127"),
        ("product", "MILK"),
        ("category", "dairy"),
        ("day_of_week", "1"),
    }


def test_no_rows_no_cells() -> None:
    """An empty detail has no first date."""
    assert accuracy_summary([], MONDAY) == []
