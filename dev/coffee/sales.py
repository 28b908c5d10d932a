"""A file of sales to rows of feeds: trades, items, consumption, and a forecast per drink."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from dev.sample.calendar import NEW_YORK
from dev.sample.columns import UNITS, Ints, decimals, instants, integers, picked, texts
from dev.sample.columns import small_integers as small
from dev.sample.generate import SHOP_OPEN, Rows
from loader.errors import LoaderError, one_line

DEPT_ID = 9001
SHOP_NO = "REAL001"
SHOP_NAME = "Coffee machine"
COMPLETED = 9
PRODUCTION = "1002"
WEEKS_AVERAGED = 4
CREATED_AT = pd.Timedelta(hours=3)

COLUMNS = ("datetime", "card", "money", "coffee_name")


def read_sales(path: Path) -> pd.DataFrame:
    """Read a file of sales.

    Args:
        path: a CSV file with the columns datetime (local, New York), card (empty for cash),
            money (USD) and coffee_name; one row per sale.

    Returns:
        One row per sale in the order of the file: `day` (local midnight), `paid` (UTC seconds),
        `cents`, `card` (empty for cash), `drink`, and `goods_code`.

    Raises:
        LoaderError: the file cannot be read, is empty, or has a wrong column or value.
    """
    try:
        # As text: money must not pass through a float.
        raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise LoaderError(f"{path}: {one_line(error)}") from None
    missing = [name for name in COLUMNS if name not in raw.columns]
    if missing:
        raise LoaderError(f"{path}: column {missing[0]} is missing")
    if raw.empty:
        raise LoaderError(f"{path}: no sales in it")
    try:
        local = pd.to_datetime(raw["datetime"], format="%Y/%m/%d %H:%M")
        cents = [_cents(text) for text in raw["money"]]
    except ValueError as error:
        raise LoaderError(f"{path}: {one_line(error)}") from None
    # The hour that comes twice in November is taken as its first pass.
    first_pass = np.ones(len(local), dtype=bool)
    zoned = local.dt.tz_localize(NEW_YORK, ambiguous=first_pass, nonexistent="shift_forward")
    return pd.DataFrame(
        {
            "day": local.dt.normalize(),
            "paid": _epoch_seconds(zoned),
            "cents": cents,
            "card": raw["card"],
            "drink": raw["coffee_name"],
            "goods_code": [goods_code(name) for name in raw["coffee_name"]],
        }
    )


def goods_code(drink: str) -> str:
    """Return the goods code of a drink: Americano with Milk becomes AMERICANO_WITH_MILK."""
    return "_".join(drink.upper().split())


def forecasts(sales: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of the last four same weekdays of every drink and day.

    A forecast exists only when all four days lie on or after the drink's first sale; a day
    without a sale counts 0.

    Args:
        sales: as `read_sales` returns them.

    Returns:
        Columns `goods_code`, `day` and `units` (drinks in ten-thousandths, exact), ordered by
        day and drink, up to the last day with a sale of any drink.
    """
    last = sales["day"].max()
    parts = []
    for code, drink in sales.groupby("goods_code"):
        days = pd.date_range(drink["day"].min(), last)
        sold = drink.groupby("day").size().reindex(days, fill_value=0)
        weeks = {week: sold.shift(7 * week) for week in range(1, WEEKS_AVERAGED + 1)}
        known = pd.DataFrame(weeks).dropna().sum(axis="columns").astype("int64")
        parts.append(
            pd.DataFrame(
                {
                    "goods_code": code,
                    "day": known.index,
                    "units": known.to_numpy() * (UNITS // WEEKS_AVERAGED),
                }
            )
        )
    return pd.concat(parts).sort_values(["day", "goods_code"], ignore_index=True)


def feed_rows(sales: pd.DataFrame) -> Iterator[Rows]:
    """Yield the rows of the feeds that such sales can fill; the others stay empty.

    Args:
        sales: as `read_sales` returns them.
    """
    yield "shops", 0, _shop(sales)
    yield "shop_depts", 0, _table(shop_no=texts([SHOP_NO]), dept_id=small([DEPT_ID]))
    numbers = [f"{SHOP_NO}-{number:06d}" for number in range(1, len(sales) + 1)]
    yield "trades", 0, _trades(sales, numbers)
    yield "trade_items", 0, _items(sales, numbers)
    for weekday in range(7):
        rows = _consumption(sales, sales["day"].dt.day_of_week == weekday)
        if rows.num_rows:
            yield "stock_changes", weekday, rows
    yield "order_predictions", 0, _predictions(forecasts(sales))


def _shop(sales: pd.DataFrame) -> pa.RecordBatch:
    return _table(
        shop_no=texts([SHOP_NO]),
        shop_name=texts([SHOP_NAME]),
        status=small([SHOP_OPEN]),
        open_date=pa.array([sales["day"].min().date()]),
    )


def _trades(sales: pd.DataFrame, numbers: list[str]) -> pa.RecordBatch:
    paid = instants(sales["paid"].to_numpy())
    return _table(
        order_no=texts(numbers),
        dept_id=small(DEPT_ID, len(sales)),
        member_no=texts(list(sales["card"]), (sales["card"] == "").to_numpy()),
        order_status=small(COMPLETED, len(sales)),
        pay_money=decimals(sales["cents"].to_numpy() * 100, precision=12),
        pay_time=paid,
        update_time=paid,
    )


def _items(sales: pd.DataFrame, numbers: list[str]) -> pa.RecordBatch:
    return _table(
        id=integers(np.arange(1, len(sales) + 1)),
        order_no=texts(numbers),
        item_no=texts(list(sales["goods_code"])),
        item_name=texts(list(sales["drink"])),
        quantity=small(1, len(sales)),
        actual_amount=decimals(sales["cents"].to_numpy() * 100, precision=12),
        create_time=instants(sales["paid"].to_numpy()),
    )


def _consumption(sales: pd.DataFrame, chosen: "pd.Series[bool]") -> pa.RecordBatch:
    ids = np.arange(1, len(sales) + 1)[chosen.to_numpy()]
    rows = len(ids)
    nothing = np.zeros(rows, dtype=np.int64)
    return _table(
        id=integers(ids),
        dept_id=small(DEPT_ID, rows),
        goods_code=texts(list(sales.loc[chosen, "goods_code"])),
        reason_code=picked([PRODUCTION], nothing),
        total_adjust_num=decimals(nothing - UNITS),
        theory_total_adjust_num=decimals(nothing, np.ones(rows, dtype=bool)),
        create_time=instants(sales.loc[chosen, "paid"].to_numpy()),
    )


def _predictions(predicted: pd.DataFrame) -> pa.RecordBatch:
    rows = len(predicted)
    created = (predicted["day"] + CREATED_AT).dt.tz_localize(NEW_YORK)
    return _table(
        id=integers(np.arange(1, rows + 1)),
        dept_id=small(DEPT_ID, rows),
        goods_code=texts(list(predicted["goods_code"])),
        predict_date=pa.array(predicted["day"].to_numpy().astype("datetime64[D]")),
        vlt_avg_demand=decimals(predicted["units"].to_numpy()),
        create_time=instants(_epoch_seconds(created)),
    )


def _table(**columns: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(columns)


def _cents(text: str) -> int:
    whole, _, fraction = text.partition(".")
    if not (whole.isdigit() and len(fraction) <= 2 and (fraction.isdigit() or not fraction)):
        raise ValueError(f"money {text!r} is not an amount like 38.70")
    return int(whole) * 100 + int(fraction.ljust(2, "0"))


def _epoch_seconds(zoned: "pd.Series[pd.Timestamp]") -> Ints:
    seconds: Ints = zoned.dt.tz_convert(None).to_numpy().astype("datetime64[s]").astype(np.int64)
    return seconds
