"""Columns of the raw tables that the forecast marts read, in the order of loader/feeds.yml."""

from __future__ import annotations

COLUMNS: dict[str, tuple[str, ...]] = {
    "order_predictions": (
        "id",
        "dept_id",
        "goods_code",
        "predict_date",
        "vlt_avg_demand",
        "create_time",
    ),
    "stock_changes": (
        "id",
        "dept_id",
        "goods_code",
        "reason_code",
        "total_adjust_num",
        "theory_total_adjust_num",
        "create_time",
    ),
    "shops": ("shop_no", "shop_name", "status", "open_date"),
    "shop_depts": ("shop_no", "dept_id"),
}
