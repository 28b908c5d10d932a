"""The oracle of forecast_accuracy_daily on rows that can be checked by head."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pandas as pd
import pytest

from .detail import DetailRow, accuracy_detail
from .hand_made import MILK, MONDAY, STORE, HandMade, detail_row, seeds
from .values import quantity

VERSION_COLUMNS = ("predicted_qty", "latest_predicted_qty", "late_versions")
CUTOFF = datetime(2026, 3, 2, 11)  # 06:00 in New York, in UTC
SECOND = timedelta(seconds=1)


def picked(row: DetailRow, *columns: str) -> list[object]:
    """Return some columns of a row."""
    record = row.as_record()
    return [record[column] for column in columns]


def test_a_matched_row() -> None:
    """12 predicted, 4 + 6 used: error 2, 20 percent, just inside the second band."""
    raw = HandMade()
    raw.predict("12")
    raw.consume("-4")
    raw.consume("-6")
    [row] = raw.detail()
    assert row.as_record() == {
        "dept_id": STORE,
        "goods_code": MILK,
        "business_date": MONDAY,
        "shop_no": "US00001",
        "category": "dairy",
        "match_status": "matched",
        "predicted_qty": 12,
        "actual_qty": 10,
        "latest_predicted_qty": 12,
        "late_versions": 0,
        "error": 2,
        "abs_error": 2,
        "squared_error": 4.0,
        "abs_pct_error": 20.0,
        "error_direction": "over",
        "within_10": 0,
        "within_20": 1,
        "within_30": 1,
    }


def test_one_side_only() -> None:
    """A row with one side has no error."""
    for predicted, actual, status in (
        ("5", None, "prediction_only"),
        (None, "5", "actual_only"),
    ):
        record = detail_row(predicted, actual).as_record()
        assert record["match_status"] == status
        for column in ("error", "abs_error", "squared_error", "abs_pct_error", "error_direction"):
            assert record[column] is None
        assert record["within_30"] is None


@pytest.mark.parametrize(
    ("predicted", "actual", "expected"),
    [
        ("0.36", "0.3", 1),  # in floats the error is 0.06000000000000005 and the row is outside
        ("0.24", "0.3", 1),
        ("12.0001", "10", 0),
        ("7.9999", "10", 0),
        ("0", "0", None),
    ],
)
def test_bands_are_inclusive_and_exact(predicted: str, actual: str, expected: int | None) -> None:
    """The edge of the ±20 % band belongs to it."""
    assert detail_row(predicted, actual).within(20) == expected


def test_direction() -> None:
    """The sign of predicted minus actual."""
    directions = [detail_row(p, "10").error_direction for p in ("10.0001", "9", "10.0000")]
    assert directions == ["over", "under", "exact"]


def test_the_newest_version_before_the_cutoff_counts() -> None:
    """05:59:59 is in time, 06:00:00 is late; the newest of all is kept beside."""
    raw = HandMade()
    raw.predict("1", CUTOFF - timedelta(days=1))
    raw.predict("2", CUTOFF - SECOND)
    raw.predict("3", CUTOFF)
    raw.predict("4", CUTOFF + timedelta(days=1))
    [row] = raw.detail()
    assert picked(row, *VERSION_COLUMNS) == [2, 4, 2]


def test_the_highest_id_wins_a_tie() -> None:
    """Versions of the same instant: in time and late."""
    raw = HandMade()
    for created in (CUTOFF - SECOND, CUTOFF):
        for quantity_, row_id in (("7", 107), ("9", 109), ("8", 108)):
            raw.predict(quantity_, created, row_id=row_id)
    [row] = raw.detail()
    assert picked(row, *VERSION_COLUMNS) == [9, 9, 3]


def test_late_versions_alone_predict_nothing() -> None:
    """Without an actual there is no row, with one it is actual_only."""
    raw = HandMade()
    raw.predict("3", CUTOFF)
    assert raw.detail() == []
    raw.consume("-1")
    [row] = raw.detail()
    assert row.match_status == "actual_only"
    assert picked(row, *VERSION_COLUMNS) == [None, 3, 1]


def test_the_cutoff_is_local() -> None:
    """At 12:00 UTC it is past six in New York and not yet in Los Angeles."""
    raw = HandMade()
    raw.shop_depts.append(["US00001", 20027])
    for dept_id in (STORE, 20027):
        raw.predict("1", datetime(2026, 3, 2, 12), dept_id=dept_id)
        raw.consume("-1", dept_id=dept_id)
    assert [row.match_status for row in raw.detail()] == ["actual_only", "matched"]


def test_predictions_without_quantity_or_time_do_not_exist() -> None:
    """An older version counts when the newest has no quantity; neither is counted as late."""
    raw = HandMade()
    raw.predict("5")
    raw.predict(None, CUTOFF - SECOND)
    raw.predict(None, CUTOFF)
    raw.predictions.append([9, STORE, MILK, MONDAY, Decimal(6), None])
    [row] = raw.detail()
    assert picked(row, *VERSION_COLUMNS) == [5, 5, 0]


def test_only_consumption_counts() -> None:
    """Theoretical, unknown and missing codes, returns, zeros and NULL are no consumption."""
    raw = HandMade()
    raw.consume("-1", reason_code="025")
    raw.consume("-2", reason_code=" 1001")
    raw.consume("-4", reason_code="1002 ")
    raw.consume("-8", reason_code="019")
    raw.consume("-16", reason_code="25")
    raw.consume("-32", reason_code=None)
    raw.consume("64")
    raw.consume("0")
    raw.consume(None)
    raw.consume("0", goods_code="ONLY-ZERO")
    [row] = raw.detail()
    assert row.actual_qty == 7


def test_codes_are_trimmed_and_rows_without_one_left_out() -> None:
    """Spaces around codes do not split a product or a shop."""
    raw = HandMade(shops=[["US00001 ", "8th", 1, None]], shop_depts=[[" US00001", STORE]])
    raw.predict("3", goods_code=f" {MILK} ")
    raw.consume("-3", goods_code=f"{MILK} ")
    for nothing in (None, "", "  "):
        raw.predict("3", goods_code=nothing)
        raw.consume("-3", goods_code=nothing)
    [row] = raw.detail()
    assert (row.goods_code, row.shop_no, row.match_status) == (MILK, "US00001", "matched")


def test_unknown_goods_are_kept() -> None:
    """Their category says so."""
    raw = HandMade()
    raw.consume("-3", goods_code="NEW")
    assert [row.category for row in raw.detail()] == ["unknown"]


def test_departments_that_do_not_count() -> None:
    """Excluded by department, by shop, without mapping, without shop, without department."""
    raw = HandMade()
    raw.shops += [["US00031", "Test", 1, None], ["US99998", "Kitchen", 1, None]]
    raw.shop_depts += [["US00031", 1131], ["US99998", 5], ["US77777", 6]]
    for dept_id in (STORE, 1131, 5, 6, 7, None):
        raw.predict("1", dept_id=dept_id)
        raw.consume("-1", dept_id=dept_id)
    assert [row.dept_id for row in raw.detail()] == [STORE]


def test_opening_and_closing_days_count() -> None:
    """Both ends are inclusive, in local dates."""
    raw = HandMade(shops=[["US00006", "Fulton", 1, MONDAY]], shop_depts=[["US00006", 20010]])
    for offset in range(-1, 4):
        day = MONDAY + timedelta(days=offset)
        raw.predict("1", day=day, dept_id=20010)
        raw.consume("-1", datetime.combine(day, time(5)), dept_id=20010)
    assert [row.business_date.day for row in raw.detail()] == [2, 3]


def test_business_dates_follow_the_clocks() -> None:
    """The day of spring forward has 23 hours: it ends at 04:00 UTC, not at 05:00."""
    raw = HandMade()
    raw.consume("-1", datetime(2026, 3, 8, 5))
    raw.consume("-2", datetime(2026, 3, 9, 3, 59, 59))
    raw.consume("-4", datetime(2026, 3, 9, 4))
    assert {row.business_date.day: row.actual_qty for row in raw.detail()} == {8: 3, 9: 4}


def test_nothing_after_the_as_of_date() -> None:
    """The as-of date itself counts."""
    raw = HandMade()
    for day in (2, 3, 4):
        raw.predict("1", day=date(2026, 3, day))
        raw.consume("-1", datetime(2026, 3, day, 18))
    assert [row.business_date.day for row in raw.detail(date(2026, 3, 3))] == [2, 3]


def test_values_of_any_driver() -> None:
    """NULLs and widened integers of pandas are read; a float quantity is refused."""
    raw = HandMade()
    raw.predict("1")
    tables = raw.tables()
    tables["shop_depts"] = pd.DataFrame({"shop_no": ["US00001", "X"], "dept_id": [1127.0, None]})
    tables["shops"]["open_date"] = pd.NaT
    tables["order_predictions"]["create_time"] = pd.Timestamp("2026-03-02 02:00")
    assert len(accuracy_detail(tables, seeds(), MONDAY, 6)) == 1
    assert quantity(float("nan")) is None
    with pytest.raises(TypeError, match="is a float"):
        quantity(0.1)
