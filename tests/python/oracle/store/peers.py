"""store_peer_comparison and store_cannibalization_candidates in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from .baselines import Baselines, Weekdays
from .health import WEIGHTED_Z, HealthRow
from .numeric import correlation, great_circle_km, is_below, mean, median, percentile_rank
from .series import StoreSeries
from .stores import Store

WEEK = timedelta(days=7)
MIN_HEAD_START_DAYS = 70
OBSERVED_DAYS = 84
MIN_COMMON_DAYS = 14
CORRELATION_AT_MOST = -0.3


@dataclass(frozen=True)
class PeerRow:
    """One row of store_peer_comparison."""

    shop_no: str
    week_start: date
    metric_name: str
    metric_value: float
    n_stores: int
    peer_rank: int
    percentile: float
    distance_from_median: float
    is_complete: int

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return asdict(self)


@dataclass(frozen=True)
class CandidateRow:
    """One row of store_cannibalization_candidates."""

    opened_shop_no: str
    affected_shop_no: str
    n_days: int
    correlation: float | None
    mean_residual: float | None
    distance_km: float | None
    is_candidate: int

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return asdict(self)


def monday(day: date) -> date:
    """Return the first day of the ISO week of a date."""
    return day - timedelta(days=day.weekday())


def compute_peer_comparison(
    series: Sequence[StoreSeries], health: Sequence[HealthRow], as_of: date
) -> list[PeerRow]:
    """Compare the stores of every peer group by week.

    Args:
        series: the series of the stores.
        health: both scores of every day.
        as_of: last business date that counts.
    """
    groups = {one.store.shop_no: one.store.peer_group for one in series}
    values: dict[tuple[str | None, date, str], dict[str, float]] = defaultdict(dict)
    for (shop_no, week, metric_name), value in _weekly_values(series, health).items():
        values[groups[shop_no], week, metric_name][shop_no] = value
    rows = []
    for (group, week, metric_name), by_shop in values.items():
        if group is None:
            continue
        group_values = list(by_shop.values())
        for shop_no, value in by_shop.items():
            rows.append(
                PeerRow(
                    shop_no=shop_no,
                    week_start=week,
                    metric_name=metric_name,
                    metric_value=value,
                    n_stores=len(group_values),
                    peer_rank=1 + sum(is_below(value, other) for other in group_values),
                    percentile=percentile_rank(value, group_values),
                    distance_from_median=value - median(group_values),
                    is_complete=int(week + timedelta(days=6) <= as_of),
                )
            )
    return rows


def _weekly_values(
    series: Sequence[StoreSeries], health: Sequence[HealthRow]
) -> dict[tuple[str, date, str], float]:
    """Return the values of a week by shop, week and metric."""
    revenue: dict[tuple[str, date], list[float]] = defaultdict(list)
    orders: dict[tuple[str, date], list[float]] = defaultdict(list)
    scores: dict[tuple[str, date], list[float]] = defaultdict(list)
    for one in series:
        shop_no = one.store.shop_no
        if one.kpi.metric_name == "revenue":
            for day, value in one.plain.items():
                revenue[shop_no, monday(day)].append(value)
        if one.kpi.metric_name == "order_count":
            for day, value in one.values.items():
                orders[shop_no, monday(day)].append(value)
    for row in health:
        if row.score_method == WEIGHTED_Z and row.health_score is not None:
            scores[row.store.shop_no, monday(row.metric_date)].append(row.health_score)

    per_day = {key: mean(values) for key, values in revenue.items()}
    weekly: dict[tuple[str, date, str], float] = {}
    for (shop_no, week), value in per_day.items():
        weekly[shop_no, week, "revenue_per_open_day"] = value
        last_week = per_day.get((shop_no, week - WEEK))
        if last_week:
            weekly[shop_no, week, "revenue_growth_pct"] = 100 * (value / last_week - 1)
    for (shop_no, week), counts in orders.items():
        weekly[shop_no, week, "order_count"] = sum(counts)
    for (shop_no, week), of_week in scores.items():
        weekly[shop_no, week, "health_score"] = mean(of_week)
    return weekly


def compute_candidates(baselines: Baselines, stores: Sequence[Store]) -> list[CandidateRow]:
    """Return the pairs of an opened store and one that was there for ten weeks."""
    rows = []
    for opened in stores:
        for affected in stores:
            head_start = (opened.open_date - affected.open_date).days
            is_peer = opened.peer_group is not None and opened.peer_group == affected.peer_group
            if is_peer and head_start >= MIN_HEAD_START_DAYS:
                rows.append(_candidate(opened, affected, baselines))
    return rows


def _candidate(opened: Store, affected: Store, baselines: Baselines) -> CandidateRow:
    group = baselines.groups[opened.peer_group or "", "revenue"].deviations
    residuals = {
        store: _residuals(baselines.weekdays[store.shop_no, "revenue"], opened.open_date, group)
        for store in (opened, affected)
    }
    pairs = [
        (residuals[opened][day], value)
        for day, value in residuals[affected].items()
        if day in residuals[opened]
    ]
    together = correlation(pairs) if len(pairs) >= MIN_COMMON_DAYS else None
    lost = list(residuals[affected].values())
    mean_residual = mean(lost) if lost else None
    is_candidate = (
        together is not None
        and together <= CORRELATION_AT_MOST
        and mean_residual is not None
        and mean_residual < 0
    )
    return CandidateRow(
        opened_shop_no=opened.shop_no,
        affected_shop_no=affected.shop_no,
        n_days=len(pairs),
        correlation=together,
        mean_residual=mean_residual,
        distance_km=_distance(opened, affected),
        is_candidate=int(is_candidate),
    )


def _residuals(
    weekdays: Weekdays, opened_on: date, group: Mapping[date, float]
) -> dict[date, float]:
    """Return deviations less the group's, for 84 days from an opening."""
    return {
        day: deviation - group.get(day, 0.0)
        for day, deviation in weekdays.deviations.items()
        if 0 <= (day - opened_on).days < OBSERVED_DAYS
    }


def _distance(one: Store, other: Store) -> float | None:
    points = [
        (store.latitude, store.longitude)
        for store in (one, other)
        if store.latitude is not None and store.longitude is not None
    ]
    return great_circle_km(points[0], points[1]) if len(points) == 2 else None
