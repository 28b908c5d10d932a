"""Print what the demo found: `python -m dev.summary`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

# Days before the as-of date that the summary looks back on, as a rolling period of the mart.
PERIOD = "last_30d"
HEADINGS = ("MAPE %", "WMAPE %", "bias %", "within ±20 %", "coverage %", "forecasts")
HEALTH_HEADINGS = ("score", "revenue, % of peak")
ALERT_DATES = ("opened", "critical", "closed")
MEASURES = (
    "round(mape_pct, 1), round(wmape_pct, 1), round(bias_pct, 1),"
    " round(accuracy_rate_20_pct, 1), round(coverage_pct, 1), n_predictions"
)


def main() -> None:
    """Read the marts of the demo's warehouse and print them."""
    path = Path(os.environ.get("STOREWATCH_DUCKDB_PATH", "warehouse/storewatch.duckdb"))
    console = Console(width=max(Console().width, 110))
    if not path.exists():
        raise SystemExit(f"{path} does not exist: run `make demo` first")
    with duckdb.connect(str(path), read_only=True) as warehouse:
        as_of = _rows(
            warehouse,
            "select max(period_end) from forecast_accuracy_summary where period_type = 'daily'",
        )[0][0]
        console.print(f"\nForecast accuracy of the 30 days to {as_of}\n", style="bold")
        console.print(_accuracy(warehouse, "overall", "The chain"))
        console.print(_accuracy(warehouse, "category", "By category"))
        console.print(_accuracy(warehouse, "store", "By store"))
        console.print(_targets(warehouse))
        console.print(_alerts(warehouse))
        console.print(f"\nStores as of {as_of}\n", style="bold")
        console.print(_health(warehouse))
        console.print(_store_alerts(warehouse))
        kept_out = _rows(
            warehouse,
            "select disposition, sum(n_rows) from int_audit__row_dispositions"
            " where disposition <> 'staged' group by 1 order by 2 desc",
        )
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in kept_out)
        console.print(f"Rows kept out, by reason: {reasons}")
    console.print(
        f"\nThe marts are in {path}: forecast_accuracy_daily, forecast_accuracy_summary,"
        " forecast_alerts,\nstore_daily_metrics, store_spc_control_limits, store_anomaly_flags,"
        " store_sustained_shifts, store_alerts,\nstore_health_scores, store_peer_comparison."
        "\nEvery table and column is described in target/static_index.html"
        " (open it in a browser)."
    )


def _rows(warehouse: duckdb.DuckDBPyConnection, sql: str) -> list[tuple[Any, ...]]:
    return warehouse.execute(sql).fetchall()


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for column in columns:
        is_number = column in (*HEADINGS, *HEALTH_HEADINGS)
        table.add_column(column, justify="right" if is_number else "left")
    return table


def _accuracy(warehouse: duckdb.DuckDBPyConnection, dimension: str, title: str) -> Table:
    """Return the last rolling period of every member of a dimension, worst MAPE first."""
    table = _table(title, dimension, *HEADINGS)
    for row in _rows(
        warehouse,
        f"""
        select coalesce(stores.store_name, summary.dimension_value), {MEASURES}
        from forecast_accuracy_summary as summary
        left join stores
            on summary.dimension_type = 'store'
            and cast(stores.dept_id as varchar) = summary.dimension_value
        where
            period_type = '{PERIOD}'
            and dimension_type = '{dimension}'
            and period_end = (
                select max(period_end) from forecast_accuracy_summary where period_type = '{PERIOD}'
            )
        order by mape_pct desc
        """,
    ):
        *values, count = row
        table.add_row(*("" if value is None else f"{value}" for value in values), f"{count:,}")
    return table


def _targets(warehouse: duckdb.DuckDBPyConnection) -> Table:
    """Return the chain's measures beside the targets seed."""
    table = _table("Against the targets", "measure", "now", "target")
    measures = _rows(warehouse, "select measure, target from forecast_targets")
    for measure, target in measures:
        value = _rows(
            warehouse,
            f"select {measure} from forecast_accuracy_summary where period_type = '{PERIOD}'"
            " and dimension_type = 'overall' order by period_end desc limit 1",
        )[0][0]
        table.add_row(measure, "" if value is None else f"{value:.1f}", f"{target:g}")
    return table


def _alerts(warehouse: duckdb.DuckDBPyConnection) -> Table:
    """Return the alerts by type and status."""
    table = _table("Alerts", "severity", "type", "open", "closed", "suppressed")
    for row in _rows(
        warehouse,
        """
        select
            severity,
            alert_type,
            count(*) filter (where status = 'open'),
            count(*) filter (where status = 'closed'),
            count(*) filter (where status = 'suppressed')
        from forecast_alerts
        group by 1, 2
        order by 1, 2
        """,
    ):
        table.add_row(*(str(value) for value in row))
    return table


def _health(warehouse: duckdb.DuckDBPyConnection) -> Table:
    """Return the stores by health on the last date, the worst first."""
    table = _table("Health, worst first", "store", "grade", *HEALTH_HEADINGS)
    for row in _rows(
        warehouse,
        """
        select store_name, grade, round(health_score, 1), round(revenue_vs_peak_pct, 1)
        from store_health_scores
        inner join stores using (shop_no)
        where
            score_method = 'weighted_z'
            and metric_date = (select max(metric_date) from store_health_scores)
        order by health_score
        """,
    ):
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


def _store_alerts(warehouse: duckdb.DuckDBPyConnection) -> Table:
    """Return every store alert, the newest first."""
    table = _table("Store alerts, newest first", "severity", "who", "KPI", *ALERT_DATES, "status")
    for row in _rows(
        warehouse,
        """
        select
            severity,
            coalesce(store_name, shop_no),
            coalesce(kpi_name, driver_metric_name),
            opened_on,
            critical_on,
            store_alerts.closed_on,
            status || coalesce(': ' || close_reason, '')
        from store_alerts
        left join stores using (shop_no)
        left join store_kpis on store_kpis.metric_name = driver_metric_name
        order by opened_on desc, shop_no, store_alerts.dimension
        """,
    ):
        table.add_row(*("" if value is None else str(value) for value in row))
    return table


if __name__ == "__main__":
    main()
