"""forecast_accuracy_daily in plain Python: effective predictions meet actual consumption."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext
from zoneinfo import ZoneInfo

import pandas as pd

from .seeds import DEFAULT_TIME_ZONE, UNKNOWN_CATEGORY, Seeds
from .values import EXACT, calendar_date, instant, integer, quantity, text

HUNDRED = Decimal(100)
DetailKey = tuple[int, str, date]


@dataclass(frozen=True)
class Site:
    """A store whose rows count, with the dates between which they count (both inclusive)."""

    shop_no: str
    time_zone: ZoneInfo
    opened_on: date
    closed_on: date

    def local(self, utc: datetime) -> datetime:
        """Return the wall-clock time, without a zone mark, of an instant in UTC."""
        return utc.replace(tzinfo=UTC).astimezone(self.time_zone).replace(tzinfo=None)


@dataclass(frozen=True)
class Version:
    """One version of a prediction; the order of its fields decides which is newer."""

    create_time: datetime
    id: int
    predicted_qty: Decimal
    is_late: bool


@dataclass(frozen=True)
class DetailRow:
    """One row of forecast_accuracy_daily: a store, a product and a business date."""

    dept_id: int
    goods_code: str
    business_date: date
    shop_no: str
    category: str
    predicted_qty: Decimal | None
    actual_qty: Decimal | None
    latest_predicted_qty: Decimal | None
    late_versions: int

    @property
    def match_status(self) -> str:
        """Which of prediction and actual exist."""
        if self.predicted_qty is None:
            return "actual_only"
        return "prediction_only" if self.actual_qty is None else "matched"

    @property
    def error(self) -> Decimal | None:
        """Predicted minus actual."""
        if self.predicted_qty is None or self.actual_qty is None:
            return None
        with localcontext(EXACT):
            return self.predicted_qty - self.actual_qty

    @property
    def abs_pct_error(self) -> float | None:
        """Absolute error in percent of the actual, NULL where the actual is 0."""
        if self.error is None or not self.actual_qty:
            return None
        with localcontext(EXACT):
            return float(HUNDRED * abs(self.error) / self.actual_qty)

    @property
    def error_direction(self) -> str | None:
        """Side of the error."""
        if self.error is None:
            return None
        return "over" if self.error > 0 else "under" if self.error < 0 else "exact"

    def within(self, percent: int) -> int | None:
        """Return 1 inside the band of ±percent of the actual, bounds included; NULL at actual 0."""
        if self.error is None or not self.actual_qty:
            return None
        with localcontext(EXACT):
            return int(HUNDRED * abs(self.error) <= percent * self.actual_qty)

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        error = self.error
        with localcontext(EXACT):
            squared_error = None if error is None else float(error * error)
        return {
            "dept_id": self.dept_id,
            "goods_code": self.goods_code,
            "business_date": self.business_date,
            "shop_no": self.shop_no,
            "category": self.category,
            "match_status": self.match_status,
            "predicted_qty": self.predicted_qty,
            "actual_qty": self.actual_qty,
            "latest_predicted_qty": self.latest_predicted_qty,
            "late_versions": self.late_versions,
            "error": error,
            "abs_error": None if error is None else abs(error),
            "squared_error": squared_error,
            "abs_pct_error": self.abs_pct_error,
            "error_direction": self.error_direction,
            "within_10": self.within(10),
            "within_20": self.within(20),
            "within_30": self.within(30),
        }


def eligible_sites(raw: Mapping[str, pd.DataFrame], seeds: Seeds) -> dict[int, Site]:
    """Return the departments whose rows count, by dept_id.

    A department counts when it has a mapping to a shop that exists, and neither is excluded.
    """
    opened_on = {
        text(row["shop_no"]): calendar_date(row["open_date"]) for row in _records(raw["shops"])
    }
    sites: dict[int, Site] = {}
    for row in _records(raw["shop_depts"]):
        dept_id, shop_no = integer(row["dept_id"]), text(row["shop_no"])
        if dept_id is None or shop_no is None or shop_no not in opened_on:
            continue
        if dept_id in seeds.excluded_depts or shop_no in seeds.excluded_shops:
            continue
        sites[dept_id] = Site(
            shop_no=shop_no,
            time_zone=seeds.time_zones.get(dept_id, DEFAULT_TIME_ZONE),
            opened_on=opened_on[shop_no] or date.min,
            closed_on=seeds.closed_on.get(dept_id, date.max),
        )
    return sites


def accuracy_detail(
    raw: Mapping[str, pd.DataFrame], seeds: Seeds, as_of: date, cutoff_hour: int
) -> list[DetailRow]:
    """Compute every row of forecast_accuracy_daily.

    Args:
        raw: the raw tables by entity name (order_predictions, stock_changes, shops, shop_depts).
        seeds: the seeds.
        as_of: last business date that counts.
        cutoff_hour: local hour (0–23) of the business date from which a prediction is late.
    """
    sites = eligible_sites(raw, seeds)
    versions = _versions(raw["order_predictions"], sites, as_of, cutoff_hour)
    actuals = _actuals(raw["stock_changes"], sites, seeds, as_of)
    rows = []
    for key in sorted(versions.keys() | actuals.keys()):
        ordered = sorted(versions.get(key, []), key=lambda v: (v.create_time, v.id))
        effective = [version for version in ordered if not version.is_late]
        if not effective and key not in actuals:
            continue
        dept_id, goods_code, business_date = key
        rows.append(
            DetailRow(
                dept_id=dept_id,
                goods_code=goods_code,
                business_date=business_date,
                shop_no=sites[dept_id].shop_no,
                category=seeds.categories.get(goods_code, UNKNOWN_CATEGORY),
                predicted_qty=effective[-1].predicted_qty if effective else None,
                actual_qty=actuals.get(key),
                latest_predicted_qty=ordered[-1].predicted_qty if ordered else None,
                late_versions=len(ordered) - len(effective),
            )
        )
    return rows


def _records(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    columns = [str(column) for column in frame.columns]
    for values in frame.itertuples(index=False, name=None):
        yield dict(zip(columns, values, strict=True))


def _key(row: dict[str, object], sites: dict[int, Site]) -> tuple[int, str] | None:
    dept_id, goods_code = integer(row["dept_id"]), text(row["goods_code"])
    if dept_id is None or dept_id not in sites or goods_code is None:
        return None
    return dept_id, goods_code


def _counts(site: Site, business_date: date, as_of: date) -> bool:
    return site.opened_on <= business_date <= min(site.closed_on, as_of)


def _versions(
    frame: pd.DataFrame, sites: dict[int, Site], as_of: date, cutoff_hour: int
) -> dict[DetailKey, list[Version]]:
    versions: dict[DetailKey, list[Version]] = defaultdict(list)
    for row in _records(frame):
        key, day = _key(row, sites), calendar_date(row["predict_date"])
        created, predicted_qty = instant(row["create_time"]), quantity(row["vlt_avg_demand"])
        if key is None or day is None or created is None or predicted_qty is None:
            continue
        site = sites[key[0]]
        if not _counts(site, day, as_of):
            continue
        cutoff = datetime.combine(day, time(cutoff_hour))
        versions[(*key, day)].append(
            Version(
                create_time=created,
                id=integer(row["id"]) or 0,
                predicted_qty=predicted_qty,
                is_late=site.local(created) >= cutoff,
            )
        )
    return versions


def _actuals(
    frame: pd.DataFrame, sites: dict[int, Site], seeds: Seeds, as_of: date
) -> dict[DetailKey, Decimal]:
    actuals: dict[DetailKey, Decimal] = defaultdict(Decimal)
    for row in _records(frame):
        key, created = _key(row, sites), instant(row["create_time"])
        change = quantity(row["total_adjust_num"])
        if key is None or created is None or change is None or change >= 0:
            continue
        if text(row["reason_code"]) not in seeds.consumption_codes:
            continue
        site = sites[key[0]]
        day = site.local(created).date()
        if _counts(site, day, as_of):
            with localcontext(EXACT):
                actuals[(*key, day)] += abs(change)
    return actuals
