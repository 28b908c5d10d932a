"""store_spc_control_limits in plain Python: what every day is judged against, and its z."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from .numeric import (
    calibrated,
    differs,
    is_flat,
    mean,
    median,
    multiplier,
    original,
    root_mean_square,
    sample_sd,
)
from .seeds import Kpi, Minimum, StoreSeeds
from .series import (
    HOLIDAY,
    MISSING_VALUE,
    NOT_CHARTED,
    PEER_GROUP,
    STORE,
    ByDay,
    StoreSeries,
    frame,
)
from .stores import Store

ROLLING, SAME_WEEKDAY, REFERENCE = "rolling_28d", "same_dow_8wk", "reference"
DOW_ADJUSTED = "dow_adjusted"
METHODS = (ROLLING, SAME_WEEKDAY, REFERENCE, DOW_ADJUSTED)
TOO_FEW_POINTS, ZERO_VARIANCE = "too_few_points", "zero_variance"

PEER_FROM_DAY_NUMBER = 71
MIN_PEERS = 3
LIMITS = (("3", 3.0), ("2", 2.0), ("1_5", 1.5), ("1", 1.0))

SeriesKey = tuple[str, str, str]


@dataclass(frozen=True)
class Baseline:
    """The centre and sigma of one judged day, on the scale on which the value is judged.

    Attributes:
        n: points in sigma.
        center_n: points in the weekday mean, None where there is no such mean.
        centre: None while there are too few points.
        sigma: None while there are too few points.
        is_flat: whether the points do not vary.
    """

    n: int
    center_n: int | None = None
    centre: float | None = None
    sigma: float | None = None
    is_flat: bool = False


@dataclass(frozen=True)
class Judgement:
    """One row of store_spc_control_limits.

    Attributes:
        metric_value: in original units.
        value: what is compared with the centre, on the scale of the method; None when blocked.
        scale: transform of the centre and sigma (identity for the plain methods).
        reason: why the day is not evaluable, None when it is.
    """

    entity_type: str
    entity: str
    kpi: Kpi
    day: date
    method: str
    metric_value: float | None
    value: float | None
    scale: str
    baseline: Baseline
    reason: str | None

    @property
    def key(self) -> SeriesKey:
        """The series of the row."""
        return self.entity_type, self.entity, self.kpi.metric_name

    @property
    def is_evaluable(self) -> bool:
        """Whether the day has a z."""
        return self.reason is None

    @cached_property
    def z_score(self) -> float | None:
        """Distance from the centre in sigmas; exactly 0 where rounding alone separates them."""
        centre, sigma = self.baseline.centre, self.baseline.sigma
        if not self.is_evaluable or self.value is None or centre is None or sigma is None:
            return None
        return (self.value - centre) / sigma if differs(self.value, centre) else 0.0

    @cached_property
    def z_calibrated(self) -> float | None:
        """The normal quantile with the tail probability of the z."""
        z_score = self.z_score
        return None if z_score is None else calibrated(z_score, self.baseline.n)

    def limit(self, k: float) -> float | None:
        """Return the value, in original units, whose calibrated z is k."""
        centre, sigma = self.baseline.centre, self.baseline.sigma
        if centre is None or sigma is None or self.baseline.is_flat:
            return None
        width = math.copysign(multiplier(k, self.baseline.n), k) * sigma
        return original(self.scale, centre + width)

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        limits: dict[str, float | None] = {}
        for name, k in LIMITS:
            limits |= {f"ucl_{name}": self.limit(k), f"lcl_{name}": self.limit(-k)}
        return {
            "entity_type": self.entity_type,
            "shop_no": self.entity,
            "metric_name": self.kpi.metric_name,
            "calc_date": self.day,
            "baseline_method": self.method,
            "metric_value": self.metric_value,
            "baseline_n": self.baseline.n,
            "center_n": self.baseline.center_n,
            "center_line": original(self.scale, self.baseline.centre),
            "sigma": self.baseline.sigma,
            "z_score": self.z_score,
            "z_calibrated": self.z_calibrated,
            "is_evaluable": int(self.is_evaluable),
            "not_evaluable_reason": self.reason,
            **limits,
        }


@dataclass
class Weekdays:
    """A store's KPI against its weekday means.

    Attributes:
        centers: mean of the same weekday, by date.
        center_n: values in that mean.
        deviations: value minus that mean, where it has enough values.
        peers: the peer term of a date.
        plain: residuals without the peer term.
        adjusted: residuals less the peer term.
    """

    series: StoreSeries
    centers: dict[date, float] = field(default_factory=dict)
    center_n: dict[date, int] = field(default_factory=dict)
    deviations: dict[date, float] = field(default_factory=dict)
    peers: dict[date, float] = field(default_factory=dict)
    adjusted: dict[date, float] = field(default_factory=dict)

    def level(self, day: date) -> float | None:
        """Return the value less the peer term, on the scale of the KPI."""
        value = self.series.scaled.get(day)
        return None if value is None else value - self.peers.get(day, 0.0)


@dataclass(frozen=True)
class GroupSeries:
    """A KPI of a peer group: the median deviation of its members, and their median centre."""

    peer_group: str
    kpi: Kpi
    days: tuple[date, ...]
    deviations: ByDay
    centers: ByDay

    def level(self, day: date) -> float | None:
        """Return the value of the group on the scale of the KPI."""
        if day not in self.deviations:
            return None
        return self.centers[day] + self.deviations[day]


@dataclass(frozen=True)
class Baselines:
    """Every row of store_spc_control_limits and what later marts need from its making.

    Attributes:
        judgements: by series, method and date, in order of date.
        weekdays: by store and KPI.
        groups: by peer group and KPI.
    """

    judgements: Mapping[SeriesKey, Mapping[str, Mapping[date, Judgement]]]
    weekdays: Mapping[tuple[str, str], Weekdays]
    groups: Mapping[tuple[str, str], GroupSeries]

    def level(self, key: SeriesKey, day: date) -> float | None:
        """Return the transformed value of a series less its peer term."""
        entity_type, entity, metric_name = key
        if entity_type == PEER_GROUP:
            return self.groups[entity, metric_name].level(day)
        return self.weekdays[entity, metric_name].level(day)

    def rows(self) -> Iterable[Judgement]:
        """Yield every row."""
        for by_method in self.judgements.values():
            for by_day in by_method.values():
                yield from by_day.values()


def compute_baselines(series: Sequence[StoreSeries], seeds: StoreSeeds, as_of: date) -> Baselines:
    """Judge every day of every store and peer group by every method.

    Args:
        series: the series of the stores.
        seeds: the seeds.
        as_of: last business date that counts.
    """
    weekdays = {
        (one.store.shop_no, one.kpi.metric_name): _weekdays(one, _minimum(seeds, one.kpi))
        for one in series
    }
    groups: dict[tuple[str, str], GroupSeries] = {}
    for peer_group in sorted({one.store.peer_group or "" for one in series} - {""}):
        for kpi in filter(lambda kpi: kpi.is_charted, seeds.kpis):
            mates = [
                one
                for one in weekdays.values()
                if one.series.store.peer_group == peer_group and one.series.kpi == kpi
            ]
            members = _members(mates)
            for mate in mates:
                _add_peers(mate, members)
            groups[peer_group, kpi.metric_name] = _group_series(
                peer_group, kpi, mates, members, as_of
            )

    judgements: dict[SeriesKey, dict[str, dict[date, Judgement]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for one in weekdays.values():
        for method in METHODS:
            for day in one.series.days:
                row = _judge_store(one, method, day, seeds)
                judgements[row.key][method][day] = row
    for group in groups.values():
        for day in group.days:
            row = _judge_group(group, day, seeds)
            judgements[row.key][DOW_ADJUSTED][day] = row
    return Baselines(judgements, weekdays, groups)


# Weekday means, peers and groups


def _weekdays(series: StoreSeries, minimum: Minimum) -> Weekdays:
    result = Weekdays(series)
    for day in series.days:
        past = frame(series.scaled, day, 70, 21, step=7)
        result.center_n[day] = len(past)
        if len(past) < max(1, minimum.min_center_points):
            continue
        result.centers[day] = mean(past)
        if day in series.scaled:
            result.deviations[day] = series.scaled[day] - result.centers[day]
    return result


def _is_member(store: Store, day: date) -> bool:
    return store.day_number(day) >= PEER_FROM_DAY_NUMBER


def _members(mates: Sequence[Weekdays]) -> dict[date, dict[str, float]]:
    """Return the deviations of the members of a group, by date and shop."""
    members: dict[date, dict[str, float]] = defaultdict(dict)
    for mate in mates:
        for day, deviation in mate.deviations.items():
            if _is_member(mate.series.store, day):
                members[day][mate.series.store.shop_no] = deviation
    return members


def _add_peers(mate: Weekdays, members: Mapping[date, Mapping[str, float]]) -> None:
    """Set the peer terms of a store and its residuals less them."""
    for day in mate.series.days:
        others = [
            deviation
            for shop_no, deviation in members.get(day, {}).items()
            if shop_no != mate.series.store.shop_no
        ]
        if len(others) >= MIN_PEERS:
            mate.peers[day] = median(others)
            if day in mate.deviations:
                mate.adjusted[day] = mate.deviations[day] - mate.peers[day]


def _group_series(
    peer_group: str,
    kpi: Kpi,
    mates: Sequence[Weekdays],
    members: Mapping[date, Mapping[str, float]],
    as_of: date,
) -> GroupSeries:
    centers = {mate.series.store.shop_no: mate.centers for mate in mates}
    member_days = [
        day for mate in mates for day in mate.series.days if _is_member(mate.series.store, day)
    ]
    first = min(member_days, default=as_of + timedelta(days=1))
    days = [first + timedelta(days=offset) for offset in range((as_of - first).days + 1)]
    enough = {day: of_day for day, of_day in members.items() if len(of_day) >= MIN_PEERS}
    return GroupSeries(
        peer_group=peer_group,
        kpi=kpi,
        days=tuple(days),
        deviations={day: median(list(of_day.values())) for day, of_day in enough.items()},
        centers={
            day: median([centers[shop_no][day] for shop_no in of_day])
            for day, of_day in enough.items()
        },
    )


# Judging


def _minimum(seeds: StoreSeeds, kpi: Kpi, method: str = DOW_ADJUSTED) -> Minimum:
    return seeds.minimums.get((kpi.metric_name, method), Minimum(0, 0))


def _judge_store(one: Weekdays, method: str, day: date, seeds: StoreSeeds) -> Judgement:
    series = one.series
    blocked = series.blocked.get(day)
    if method == DOW_ADJUSTED:
        scale, value = series.kpi.transform, series.scaled.get(day)
        baseline = _dow_adjusted(one, day, _minimum(seeds, series.kpi))
    else:
        scale, value = "identity", series.plain.get(day)
        points = _points(series, method, day, seeds)
        baseline = _plain(points, _minimum(seeds, series.kpi, method))
    if blocked == NOT_CHARTED:
        baseline = Baseline(n=0)
    return Judgement(
        entity_type=STORE,
        entity=series.store.shop_no,
        kpi=series.kpi,
        day=day,
        method=method,
        metric_value=series.values.get(day),
        value=value,
        scale=scale,
        baseline=baseline,
        reason=_reason(blocked, value, baseline),
    )


def _judge_group(group: GroupSeries, day: date, seeds: StoreSeeds) -> Judgement:
    value = group.level(day)
    blocked = HOLIDAY if day in seeds.holidays else None
    baseline = _group_baseline(group, day, _minimum(seeds, group.kpi))
    return Judgement(
        entity_type=PEER_GROUP,
        entity=group.peer_group,
        kpi=group.kpi,
        day=day,
        method=DOW_ADJUSTED,
        metric_value=original(group.kpi.transform, value),
        value=value,
        scale=group.kpi.transform,
        baseline=baseline,
        reason=_reason(blocked, value, baseline),
    )


def _reason(blocked: str | None, value: float | None, baseline: Baseline) -> str | None:
    """Return the first reason that applies why a day is not evaluable."""
    if blocked is not None:
        return blocked
    if value is None:
        return MISSING_VALUE
    if baseline.centre is None:
        return TOO_FEW_POINTS
    return ZERO_VARIANCE if baseline.is_flat else None


def _points(series: StoreSeries, method: str, day: date, seeds: StoreSeeds) -> list[float]:
    """Return the plain values of the baseline of a day."""
    if method == ROLLING:
        return frame(series.plain, day, 28, 1)
    if method == SAME_WEEKDAY:
        return frame(series.plain, day, 56, 7, step=7)
    periods = seeds.reference_periods.get((series.store.shop_no, series.kpi.metric_name), ())
    ended = [period for period in periods if period.last_date < day]
    if not ended:
        return []
    newest = max(ended, key=lambda period: period.last_date)
    return [
        value
        for past, value in series.plain.items()
        if newest.first_date <= past <= newest.last_date
    ]


def _plain(points: Sequence[float], minimum: Minimum) -> Baseline:
    if len(points) < max(2, minimum.min_points):
        return Baseline(len(points))
    centre, sigma = mean(points), sample_sd(points)
    return Baseline(len(points), None, centre, sigma, is_flat(points, sigma, centre))


def _dow_adjusted(one: Weekdays, day: date, minimum: Minimum) -> Baseline:
    """Use the residuals less the peer term when the day has one and they are enough."""
    peer = one.peers.get(day)
    adjusted = frame(one.adjusted, day, 70, 15)
    plain = frame(one.deviations, day, 70, 15)
    is_adjusted = peer is not None and len(adjusted) >= minimum.min_points
    residuals = adjusted if is_adjusted else plain
    center_n = one.center_n[day]
    if day not in one.centers or len(residuals) < max(1, minimum.min_points):
        return Baseline(len(residuals), center_n)
    centre = one.centers[day] + (peer or 0.0)
    sigma = root_mean_square(residuals)
    flat = is_flat(residuals, sigma, centre)
    return Baseline(len(residuals), center_n, centre, sigma, flat)


def _group_baseline(group: GroupSeries, day: date, minimum: Minimum) -> Baseline:
    deviations = frame(group.deviations, day, 70, 15)
    centre = group.centers.get(day)
    if centre is None or len(deviations) < max(1, minimum.min_points):
        return Baseline(len(deviations))
    sigma = root_mean_square(deviations)
    return Baseline(len(deviations), None, centre, sigma, is_flat(deviations, sigma, centre))
