"""Print the accuracy table of the real sales as Markdown: `python -m dev.coffee.table`."""

from __future__ import annotations

import os

import duckdb

HEADER = (
    "| drink | sold | forecasts | MAPE % | WMAPE % | bias % | within ±20 % | coverage % |",
    "|---|---|---|---|---|---|---|---|",
)


def accuracy_table(database: str) -> str:
    """Return one line per drink over the whole period, best seller first, and one for all.

    The sums of forecast_accuracy_daily are used, since no period of the summary mart is that long.

    Args:
        database: path of a DuckDB warehouse that holds the real sales, built.
    """
    measures = """
        sum(actual_qty) as sold,
        count(predicted_qty) as forecasts,
        avg(abs_pct_error) as mape_pct,
        100 * sum(abs_error) / sum(actual_qty) filter (where match_status = 'matched') as wmape_pct,
        100 * sum(error) / sum(actual_qty) filter (where match_status = 'matched') as bias_pct,
        100 * avg(within_20) as within_20_pct,
        100.0 * count(*) filter (where match_status = 'matched') / count(predicted_qty) as coverage
    """
    with duckdb.connect(database, read_only=True) as warehouse:
        rows = warehouse.execute(
            f"""
            select goods_code, {measures} from forecast_accuracy_daily group by 1
            union all
            select 'ALL', {measures} from forecast_accuracy_daily
            order by sold desc, goods_code
            """
        ).fetchall()
    lines = [
        f"| {drink} | {sold:.0f} | {forecasts} | "
        + " | ".join("" if value is None else f"{value:.1f}" for value in values)
        + " |"
        for drink, sold, forecasts, *values in rows
    ]
    return "\n".join((*HEADER, *lines))


if __name__ == "__main__":
    print(accuracy_table(os.environ.get("STOREWATCH_DUCKDB_PATH", "warehouse/storewatch.duckdb")))
