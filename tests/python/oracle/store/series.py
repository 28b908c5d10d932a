"""The series that are charted: which value a store has for a KPI on a date, and why it has none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from .kpis import DailyRow
from .numeric import transformed
from .seeds import Kpi, StoreSeeds
from .stores import Store

STORE, PEER_GROUP = "store", "peer_group"
NOT_CHARTED, HOLIDAY, INCIDENT = "not_charted", "holiday", "incident"
NO_ACTIVITY, MISSING_VALUE = "no_activity", "missing_value"

ByDay = Mapping[date, float]


@dataclass(frozen=True)
class StoreSeries:
    """One KPI of one store.

    Attributes:
        values: what was measured, in original units, on blocked days too.
        blocked: the reason why a date holds no value for any baseline.
        plain: the values of the dates that are not blocked.
        scaled: the same on the scale of the KPI, where it has a place for them.
    """

    store: Store
    kpi: Kpi
    days: tuple[date, ...]
    values: ByDay
    blocked: Mapping[date, str]
    plain: ByDay
    scaled: ByDay


def store_series(daily: Mapping[Store, Sequence[DailyRow]], seeds: StoreSeeds) -> list[StoreSeries]:
    """Return the series of every store and KPI."""
    return [_series(store, kpi, rows, seeds) for store, rows in daily.items() for kpi in seeds.kpis]


def is_no_activity(row: DailyRow, seeds: StoreSeeds) -> bool:
    """Tell whether an open, loaded, ordinary day of a store has no orders."""
    return has_activity_verdict(row, seeds) and row.metrics["order_count"] == 0


def has_activity_verdict(row: DailyRow, seeds: StoreSeeds) -> bool:
    """Tell whether a day without orders would be remarkable."""
    return (
        row.has_trades
        and row.metric_date not in seeds.holidays
        and not seeds.is_incident(row.store.shop_no, row.metric_date)
    )


def frame(values: ByDay, day: date, first: int, last: int, step: int = 1) -> list[float]:
    """Return the values of the dates from `first` to `last` days before a day.

    Args:
        values: values by date; a date may have none.
        day: the judged day.
        first: distance of the farthest date, in days.
        last: distance of the nearest date, in days.
        step: 7 for the same weekday.
    """
    dates = [day - distance for distance in _distances(first, last, step)]
    return [values[past] for past in dates if past in values]


@lru_cache
def _distances(first: int, last: int, step: int) -> tuple[timedelta, ...]:
    return tuple(timedelta(days=days) for days in range(first, last - 1, -step))


def _series(store: Store, kpi: Kpi, rows: Sequence[DailyRow], seeds: StoreSeeds) -> StoreSeries:
    values: dict[date, float] = {}
    blocked: dict[date, str] = {}
    for row in rows:
        value = row.metrics[kpi.metric_name]
        reason = _blocked_reason(row, kpi, seeds)
        if value is not None:
            values[row.metric_date] = value
        if reason is not None:
            blocked[row.metric_date] = reason
    plain = {day: value for day, value in values.items() if day not in blocked}
    scaled = {day: transformed(kpi.transform, value) for day, value in plain.items()}
    return StoreSeries(
        store=store,
        kpi=kpi,
        days=tuple(row.metric_date for row in rows),
        values=values,
        blocked=blocked,
        plain=plain,
        scaled={day: value for day, value in scaled.items() if value is not None},
    )


def _blocked_reason(row: DailyRow, kpi: Kpi, seeds: StoreSeeds) -> str | None:
    if not kpi.is_charted:
        return NOT_CHARTED
    if row.metric_date in seeds.holidays:
        return HOLIDAY
    if seeds.is_incident(row.store.shop_no, row.metric_date):
        return INCIDENT
    if is_no_activity(row, seeds):
        return NO_ACTIVITY
    return MISSING_VALUE if row.metrics[kpi.metric_name] is None else None
