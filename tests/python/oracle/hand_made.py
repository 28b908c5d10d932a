"""Small raw tables and seeds written out by hand, for tests that a reader checks by head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd

from .detail import DetailRow, accuracy_detail
from .raw_columns import COLUMNS
from .seeds import Rule, Seeds, Suppression
from .summary import Cell, Measures
from .values import object_frame

MONDAY = date(2026, 3, 2)
STORE, MILK = 1127, "MILK"


def rule(rule_id: str, measure: str, comparison: str, threshold: str, severity: str = "P2") -> Rule:
    """Return a rule for stores; its family and type follow from the rule_id `family_type`."""
    family, alert_type = rule_id.split("_")
    return Rule(
        rule_id=rule_id,
        family=family,
        alert_type=alert_type,
        entity_type="store",
        period_type="daily",
        measure=measure,
        comparison=comparison,
        threshold=Decimal(threshold),
        min_days=14 if comparison == "same_sign" else 1,
        severity=severity,
    )


def seeds(rules: Sequence[Rule] = (), suppressions: Sequence[Suppression] = ()) -> Seeds:
    """Return seeds with one excluded department, one excluded shop and one western store."""
    return Seeds(
        excluded_depts=frozenset({1131}),
        excluded_shops=frozenset({"US99998"}),
        consumption_codes=frozenset({"025", "1001", "1002"}),
        time_zones={1127: ZoneInfo("America/New_York"), 20027: ZoneInfo("America/Los_Angeles")},
        closed_on={20010: date(2026, 3, 3)},
        categories={MILK: "dairy"},
        rules=tuple(rules),
        suppressions=tuple(suppressions),
    )


@dataclass
class HandMade:
    """Raw tables under construction; times are UTC, New York being five hours behind."""

    shops: list[list[object]] = field(default_factory=lambda: [["US00001", "8th", 1, None]])
    shop_depts: list[list[object]] = field(default_factory=lambda: [["US00001", STORE]])
    predictions: list[list[object]] = field(default_factory=list)
    changes: list[list[object]] = field(default_factory=list)

    def predict(
        self,
        quantity: str | None,
        created: datetime | None = None,
        *,
        day: date = MONDAY,
        dept_id: int | None = STORE,
        goods_code: str | None = MILK,
        row_id: int | None = None,
    ) -> None:
        """Add a version of a prediction, by default made the evening before."""
        self.predictions.append(
            [
                len(self.predictions) + 1 if row_id is None else row_id,
                dept_id,
                goods_code,
                day,
                None if quantity is None else Decimal(quantity),
                created or datetime.combine(day, time(2)),
            ]
        )

    def consume(
        self,
        change: str | None,
        created: datetime | None = None,
        *,
        dept_id: int | None = STORE,
        goods_code: str | None = MILK,
        reason_code: str | None = "1002",
    ) -> None:
        """Add a stock change, by default on Monday at 13:00 local time."""
        self.changes.append(
            [
                len(self.changes) + 1,
                dept_id,
                goods_code,
                reason_code,
                None if change is None else Decimal(change),
                None,
                created or datetime.combine(MONDAY, time(18)),
            ]
        )

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return the raw frames."""
        return {
            "order_predictions": object_frame(self.predictions, COLUMNS["order_predictions"]),
            "stock_changes": object_frame(self.changes, COLUMNS["stock_changes"]),
            "shops": object_frame(self.shops, COLUMNS["shops"]),
            "shop_depts": object_frame(self.shop_depts, COLUMNS["shop_depts"]),
        }

    def detail(self, as_of: date = date(2026, 3, 31)) -> list[DetailRow]:
        """Return the rows of forecast_accuracy_daily."""
        return accuracy_detail(self.tables(), seeds(), as_of, 6)


def detail_row(
    predicted: str | None, actual: str | None, day: date = MONDAY, dept_id: int = STORE
) -> DetailRow:
    """Return one row of forecast_accuracy_daily."""
    return DetailRow(
        dept_id=dept_id,
        goods_code=MILK,
        business_date=day,
        shop_no="US00001",
        category="dairy",
        predicted_qty=None if predicted is None else Decimal(predicted),
        actual_qty=None if actual is None else Decimal(actual),
        latest_predicted_qty=None,
        late_versions=0,
    )


def daily_cell(day: date, values: Measures) -> Cell:
    """Return a daily row of forecast_accuracy_summary for the store."""
    return Cell("daily", day, day, "store", str(STORE), 1, values)
