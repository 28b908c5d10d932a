"""A year of real sales through the loader and the whole build, checked against pandas."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from dev.coffee.table import accuracy_table, alerts_table
from tests.python.marts.conftest import NewWarehouse
from tests.python.marts.harness import PROJECT_ROOT, Warehouse, shared_folder

FIRST, LAST = date(2024, 3, 1), date(2025, 3, 23)
FEEDS = ("order_predictions", "stock_changes", "shops", "shop_depts", "trades", "trade_items")
SERVERS = ("IREPLENISHMENT", "SCM_SHOPSTOCK", "OPSHOP", "SALESORDER")


@pytest.fixture(scope="module")
def sales_file() -> Path:
    """Return the file of real sales."""
    return shared_folder("data") / "coffee_machine_sales.csv"


@pytest.fixture(scope="module")
def sold(sales_file: Path) -> pd.DataFrame:
    """Return cups per drink (rows) and date (columns), 0 where none was sold."""
    sales = pd.read_csv(sales_file)
    day = pd.to_datetime(sales["datetime"], format="mixed").dt.normalize()
    drink = sales["coffee_name"].str.strip().str.upper().str.replace(" ", "_")
    counts = pd.crosstab(drink, day)
    return counts.reindex(columns=pd.date_range(FIRST, LAST), fill_value=0)


@pytest.fixture(scope="module")
def warehouse(
    new_warehouse: NewWarehouse, sales_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Warehouse:
    """Return a warehouse that the loader filled and `dbt build` built and tested."""
    sources = tmp_path_factory.mktemp("coffee") / "sources.duckdb"
    subprocess.run(
        [sys.executable, "-m", "dev.coffee", "--csv", sales_file, "--database", sources],
        cwd=PROJECT_ROOT,
        check=True,
        capture_output=True,
    )
    made = new_warehouse("duckdb")
    made.environment |= {f"STOREWATCH_SOURCE_{name}": f"duckdb:///{sources}" for name in SERVERS}
    feeds = [word for feed in FEEDS for word in ("--feed", feed)]
    made.loader("load", "--from", str(FIRST), "--to", str(LAST), *feeds)
    built = made.dbt("build", as_of=LAST)
    assert built.returncode == 0, built.output
    return made


def test_every_sale_arrives(warehouse: Warehouse, sales_file: Path, sold: pd.DataFrame) -> None:
    """Orders, money and cups are those of the file, to the cent and to the cup."""
    sales = pd.read_csv(sales_file, dtype={"money": "string"})
    orders, money = warehouse.query("select count(*), sum(pay_money) from raw_trades").iloc[0]
    assert orders == len(sales)
    assert money == sum(map(Decimal, sales["money"]))
    cups = warehouse.query(
        "select goods_code, business_date, actual_qty from forecast_accuracy_daily"
        " where actual_qty is not null"
    )
    got = {(row.goods_code, row.business_date): row.actual_qty for row in cups.itertuples()}
    cups_sold = {
        (drink, pd.Timestamp(str(day)).date()): int(count)
        for day, counts in sold.to_dict().items()
        for drink, count in counts.items()
    }
    assert got == {key: count for key, count in cups_sold.items() if count > 0}


def test_accuracy_equals_pandas(warehouse: Warehouse, sold: pd.DataFrame) -> None:
    """MAPE, WMAPE and bias of every drink are those of the mean of the last four weekdays."""
    rows = warehouse.query(
        "select goods_code, avg(abs_pct_error) as mape, sum(abs_error) as abs_error,"
        " sum(error) as error from forecast_accuracy_daily group by goods_code"
    )
    marts = {row["goods_code"]: row for row in rows.to_dict("records")}
    assert set(marts) == set(sold.index)
    for drink, row in marts.items():
        counts = sold.loc[drink]
        forecast = sum(counts.shift(7 * week) for week in range(1, 5)) / 4
        begins = counts[counts > 0].index[0]
        judged = (counts > 0) & (counts.index >= begins + pd.Timedelta(days=28))
        actual, error = counts[judged], (forecast - counts)[judged]
        assert len(error) > 0, drink
        assert float(row["mape"]) == pytest.approx(100 * (error.abs() / actual).mean()), drink
        assert float(row["abs_error"]) == pytest.approx(error.abs().sum()), drink
        assert float(row["error"]) == pytest.approx(error.sum()), drink


@pytest.mark.parametrize("table", [accuracy_table, alerts_table])
def test_the_documented_tables_are_these(warehouse: Warehouse, table: Callable[[str], str]) -> None:
    """docs/real-input.md shows what the build gives."""
    shown = table(warehouse.environment["STOREWATCH_DUCKDB_PATH"])
    assert shown in (PROJECT_ROOT / "docs" / "real-input.md").read_text()
