"""The seeds that the forecast marts depend on, read from their CSV files."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

from .values import calendar_date, text

DEFAULT_TIME_ZONE = ZoneInfo("America/New_York")
UNKNOWN_CATEGORY = "unknown"


@dataclass(frozen=True)
class Rule:
    """One row of forecast_alert_rules.csv."""

    rule_id: str
    family: str
    alert_type: str
    entity_type: str
    period_type: str
    measure: str
    comparison: str
    threshold: Decimal
    min_days: int
    severity: str


@dataclass(frozen=True)
class Suppression:
    """One row of forecast_alert_suppressions.csv, valid up to and including its date."""

    family: str
    entity_type: str
    entity_value: str
    suppressed_until: date


@dataclass(frozen=True)
class Seeds:
    """Everything the oracle reads from seeds; the zones come from zoneinfo, not from a seed."""

    excluded_depts: frozenset[int]
    excluded_shops: frozenset[str]
    consumption_codes: frozenset[str]
    time_zones: dict[int, ZoneInfo]
    closed_on: dict[int, date]
    categories: dict[str, str]
    rules: tuple[Rule, ...]
    suppressions: tuple[Suppression, ...]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file as text, so that code 019 keeps its zero."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def read_seeds(seeds_dir: Path) -> Seeds:
    """Read the seeds of a project.

    Args:
        seeds_dir: folder with stores.csv, excluded_sites.csv, stock_reason_codes.csv,
            products.csv, forecast_alert_rules.csv and forecast_alert_suppressions.csv.

    Raises:
        FileNotFoundError: if one of them is missing.
        KeyError: if one of them lacks a column.
    """
    stores = read_rows(seeds_dir / "stores.csv")
    excluded = read_rows(seeds_dir / "excluded_sites.csv")
    return Seeds(
        excluded_depts=frozenset(
            int(row["site_id"]) for row in excluded if row["site_type"] == "dept"
        ),
        excluded_shops=frozenset(
            row["site_id"].strip(" ") for row in excluded if row["site_type"] == "shop"
        ),
        consumption_codes=frozenset(
            row["reason_code"].strip(" ")
            for row in read_rows(seeds_dir / "stock_reason_codes.csv")
            if int(row["is_consumption"]) == 1
        ),
        time_zones={int(row["dept_id"]): ZoneInfo(row["time_zone"]) for row in stores},
        closed_on={
            int(row["dept_id"]): date.fromisoformat(row["closed_on"])
            for row in stores
            if row["closed_on"]
        },
        categories={
            row["goods_code"].strip(" "): text(row["category"]) or UNKNOWN_CATEGORY
            for row in read_rows(seeds_dir / "products.csv")
        },
        rules=tuple(_rule(row) for row in read_rows(seeds_dir / "forecast_alert_rules.csv")),
        suppressions=tuple(
            Suppression(
                row["family"],
                row["entity_type"],
                row["entity_value"],
                calendar_date(row["suppressed_until"]) or date.max,
            )
            for row in read_rows(seeds_dir / "forecast_alert_suppressions.csv")
        ),
    )


def _rule(row: dict[str, str]) -> Rule:
    return Rule(
        rule_id=row["rule_id"],
        family=row["family"],
        alert_type=row["alert_type"],
        entity_type=row["entity_type"],
        period_type=row["period_type"],
        measure=row["measure"],
        comparison=row["comparison"],
        threshold=Decimal(row["threshold"] or "0"),
        min_days=int(row["min_days"] or "1"),
        severity=row["severity"],
    )
