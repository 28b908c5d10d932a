"""Real coffee sales become the same feeds; totals are those of the file."""

import os
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from dev.coffee.__main__ import app
from dev.coffee.sales import forecasts, goods_code, read_sales

from .source_rows import FEEDS, local, local_dates, read, sum_decimals

ROOT = Path(__file__).parents[3]
SALES = ROOT.parent / "shared" / "data" / "coffee_machine_sales.csv"

needs_sales = pytest.mark.skipif(
    not SALES.exists() and os.environ.get("CI") != "true",
    reason=f"{SALES.name} is not beside the project",
)
HEADER = "date,datetime,cash_type,card,money,coffee_name\n"


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a DuckDB file made of the real sales."""
    path = tmp_path_factory.mktemp("coffee") / "coffee.duckdb"
    result = CliRunner().invoke(app, ["--csv", str(SALES), "--database", str(path)])
    assert result.exit_code == 0, result.output
    return path


@needs_sales
def test_every_sale_is_an_order_an_item_and_a_drink(database: Path) -> None:
    """Rows, money and local days are those of the file."""
    sales = pd.read_csv(SALES, dtype={"money": str})
    trades = read(database, FEEDS["trades"])
    items = read(database, FEEDS["trade_items"])
    stock = read(database, FEEDS["stock_changes"])
    assert len(sales) == len(trades) == len(items) == len(stock) == 3_636
    money = sum(round(float(text) * 10_000) for text in sales["money"])
    assert sum_decimals(trades["pay_money"]) == sum_decimals(items["actual_amount"]) == money
    assert trades["member_no"].notna().sum() == sales["card"].notna().sum()
    paid = local(trades.sort_values("order_no")["pay_time"]).dt.strftime("%Y/%-m/%-d %-H:%M")
    assert paid.tolist() == sales["datetime"].tolist()
    assert (stock["total_adjust_num"] == -1).all()
    assert set(stock["goods_code"]) == {goods_code(name) for name in sales["coffee_name"]}


@needs_sales
def test_spellings_of_a_drink_are_one_goods(database: Path) -> None:
    """Names arrive as they are; spaces and capitals do not make another goods."""
    items = read(database, FEEDS["trade_items"])
    cortado = items[items["item_no"] == "CORTADO"]
    assert len(set(cortado["item_name"])) > 1
    assert items["item_no"].nunique() == 8


@needs_sales
def test_forecasts_are_the_mean_of_four_same_weekdays(database: Path) -> None:
    """Every forecast is recomputed from the file, and none is missing."""
    sales = pd.read_csv(SALES)
    day = pd.to_datetime(sales["date"], format="%Y/%m/%d")
    goods = sales["coffee_name"].map(goods_code)
    sold = sales.groupby([goods, day]).size()
    expected = {}
    for code in sorted(set(goods)):
        first = day[goods == code].min()
        for judged in pd.date_range(first + pd.Timedelta(days=28), day.max()):
            weeks = [judged - pd.Timedelta(days=7 * week) for week in (1, 2, 3, 4)]
            expected[code, judged.date()] = sum(sold.get((code, week), 0) for week in weeks) / 4
    predictions = read(database, FEEDS["order_predictions"])
    keys = zip(predictions["goods_code"], predictions["predict_date"], strict=True)
    quantities = predictions["vlt_avg_demand"].astype(float)
    assert dict(zip(keys, quantities, strict=True)) == expected
    created = local(predictions["create_time"])
    assert set(created.dt.strftime("%H:%M:%S")) == {"03:00:00"}
    assert (local_dates(predictions["create_time"]).dt.date == predictions["predict_date"]).all()


@needs_sales
def test_the_other_feeds_exist_and_are_empty(database: Path) -> None:
    """Production, quality and staffing have tables without rows."""
    for name in ("production_orders", "expiry_records", "qc_tasks", "attendance"):
        assert read(database, FEEDS[name]).empty


def test_a_new_drink_waits_for_four_weeks(tmp_path: Path) -> None:
    """Days without a sale count 0, and only from the first sale on."""
    path = tmp_path / "sales.csv"
    rows = ["2024/3/1,2024/3/1 10:15,card,A,3.5,Latte", "2024/3/29,2024/3/29 9:00,cash,,3.50,Latte"]
    path.write_text(HEADER + "\n".join([*rows, rows[1]]) + "\n")
    found = forecasts(read_sales(path))
    assert found["day"].dt.date.tolist() == [date(2024, 3, 29)]
    assert found["units"].tolist() == [2_500]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("date,money\n", "column datetime is missing"),
        (HEADER, "no sales in it"),
        (HEADER + "2024/3/1,2024/3/1 10:15,card,A,much,Latte\n", "money 'much' is not an amount"),
        (HEADER + "2024/3/1,noon,card,A,3.5,Latte\n", "noon"),
    ],
)
def test_a_wrong_file_is_one_line(content: str, message: str, tmp_path: Path) -> None:
    """A wrong column or value names the file and what is wrong with it."""
    path = tmp_path / "sales.csv"
    path.write_text(content)
    target = tmp_path / "coffee.duckdb"
    result = CliRunner().invoke(app, ["--csv", str(path), "--database", str(target)])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"dev.coffee: {path}: ")
    assert message in result.stderr
    assert result.stderr.count("\n") == 1
    assert not target.exists()
