"""Print what the marts say of the real sales as Markdown: `python -m dev.coffee.table`."""

from __future__ import annotations

import os

import duckdb

HEADER = (
    "| drink | sold | forecasts | MAPE % | WMAPE % | bias % | within ±20 % | coverage % |",
    "|---|---|---|---|---|---|---|---|",
)
ALERTS_HEADER = (
    "| opened | last seen | severity | KPI | rule | before | in alarm | after | end |",
    "|---|---|---|---|---|---|---|---|---|",
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


def alerts_table(database: str) -> str:
    """Return one line per store alert, oldest first, with the levels that a person can check.

    The levels are those of the driver KPI, its mean on the scale on which it is judged, taken back
    to the KPI's unit: the 28 days before, the days in alarm, and the ten days after.

    Args:
        database: path of a DuckDB warehouse that holds the real sales, built.
    """
    with duckdb.connect(database, read_only=True) as warehouse:
        rows = warehouse.execute(
            """
            select
                opened_on,
                last_seen_on,
                store_alerts.severity,
                driver_metric_name,
                rule_name,
                level_before,
                level_alarm,
                level_now,
                coalesce(close_reason, 'open')
            from store_alerts
            inner join store_alert_rules using (rule_id)
            order by opened_on, driver_metric_name
            """
        ).fetchall()
    lines = [
        f"| {opened} | {last_seen} | {severity} | {kpi} | {rule} | "
        + " | ".join("" if level is None else f"{level:.1f}" for level in levels)
        + f" | {end} |"
        for opened, last_seen, severity, kpi, rule, *levels, end in rows
    ]
    return "\n".join((*ALERTS_HEADER, *lines))


if __name__ == "__main__":
    path = os.environ.get("STOREWATCH_DUCKDB_PATH", "warehouse/storewatch.duckdb")
    print(accuracy_table(path), alerts_table(path), sep="\n\n")
