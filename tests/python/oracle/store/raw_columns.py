"""Columns of the raw tables that the store marts read, in the order of loader/feeds.yml."""

from __future__ import annotations

from tests.python.oracle.raw_columns import COLUMNS as FORECAST_COLUMNS

COLUMNS: dict[str, tuple[str, ...]] = {
    "shops": FORECAST_COLUMNS["shops"],
    "shop_depts": FORECAST_COLUMNS["shop_depts"],
    "trades": (
        "order_no",
        "dept_id",
        "member_no",
        "order_status",
        "pay_money",
        "pay_time",
        "update_time",
    ),
    "trade_items": (
        "id",
        "order_no",
        "item_no",
        "item_name",
        "quantity",
        "actual_amount",
        "create_time",
    ),
    "production_orders": ("id", "order_no", "dept_id", "start_time", "end_time"),
    "expiry_records": (
        "id",
        "dept_id",
        "item_name",
        "quantity",
        "prepared_time",
        "expiry_date",
        "status",
    ),
    "qc_tasks": ("id", "dept_id", "task_type", "status", "create_time", "finish_time"),
    "attendance": (
        "id",
        "emp_id",
        "dept_id",
        "shift_start",
        "shift_end",
        "clock_in",
        "clock_out",
    ),
}
