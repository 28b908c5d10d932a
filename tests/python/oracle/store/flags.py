"""store_anomaly_flags in plain Python: run rules, severities and their caps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .baselines import (
    ROLLING,
    SAME_WEEKDAY,
    ZERO_VARIANCE,
    Baselines,
    Judgement,
)
from .numeric import FLAT_WITHIN, differs, sign
from .seeds import Kpi, StoreSeeds
from .series import STORE
from .stores import Store

FALLBACKS = (SAME_WEEKDAY, ROLLING)
MAX_GAP_DAYS = 7
WARM_UP_DAYS = 28
N_RULES = 5
LONGEST_RULE = 8
INFO, WARNING, CRITICAL = "INFO", "WARNING", "CRITICAL"
SEVERITIES = (INFO, WARNING, CRITICAL)

# The side of each rule at a point: 1 or −1 where it fires, 0 where it does not.
Sides = tuple[int, ...]


@dataclass(frozen=True)
class Verdict:
    """A day of a series by the method that is used for it.

    Attributes:
        judgement: the row of the method used.
        sides: of the rules of that method; empty when the day is not evaluable.
        is_default: whether the method is the default one of the KPI.
    """

    judgement: Judgement
    sides: Sides
    is_default: bool

    @property
    def z(self) -> float | None:
        """The calibrated z."""
        return self.judgement.z_calibrated

    @property
    def rule_count(self) -> int:
        """The number of rules on the side of z."""
        return sum(side != 0 and side == sign(self.z or 0) for side in self.sides)

    @property
    def is_unfavourable(self) -> bool:
        """Whether the deviation is on the side that the polarity of the KPI names."""
        return is_unfavourable(self.judgement.kpi, self.z or 0)


@dataclass(frozen=True)
class Flag:
    """One row of store_anomaly_flags."""

    verdict: Verdict
    severity: str
    uncapped_severity: str
    is_unfavourable: bool
    capped_by: str | None

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        row = self.verdict.judgement
        rules = self.verdict.sides or (0,) * N_RULES
        record = row.as_record()
        return {
            "entity_type": row.entity_type,
            "shop_no": row.entity,
            "metric_date": row.day,
            "metric_name": row.kpi.metric_name,
            "dimension": row.kpi.dimension,
            "method_used": row.method,
            "metric_value": row.metric_value,
            "center_line": record["center_line"],
            "z_score": row.z_score,
            "z_calibrated": row.z_calibrated,
            **{f"we_rule_{number}": int(side != 0) for number, side in enumerate(rules, start=1)},
            "rule_count": self.verdict.rule_count,
            "severity": self.severity,
            "uncapped_severity": self.uncapped_severity,
            "is_unfavourable": int(self.is_unfavourable),
            "capped_by": self.capped_by,
            "not_evaluable_reason": row.reason,
        }


def is_unfavourable(kpi: Kpi, deviation: float) -> bool:
    """Tell whether a deviation is on the bad side; for a two-sided KPI both sides are."""
    if kpi.polarity == "higher_is_better":
        return deviation < 0
    if kpi.polarity == "lower_is_better":
        return deviation > 0
    return True


def runs(points: Mapping[date, float]) -> list[list[date]]:
    """Cut evaluable points, in order of date, where more than 7 days lie between two of them."""
    result: list[list[date]] = []
    for day in points:
        if result and (day - result[-1][-1]).days <= MAX_GAP_DAYS:
            result[-1].append(day)
        else:
            result.append([day])
    return result


def western_electric(z: Sequence[float]) -> list[Sides]:
    """Return the sides of the five rules at every point of one run."""
    return [_sides(z[max(0, end - LONGEST_RULE) : end]) for end in range(1, len(z) + 1)]


def _sides(past: Sequence[float]) -> Sides:
    """Return the sides of the rules at the last of some points, eight at most."""
    last = past[-1]
    side = sign(last)

    def beyond(zone: float, needed: int, among: int) -> int:
        count = sum(point * side > zone for point in past[-among:])
        is_full = len(past) >= among
        return side if is_full and last * side > zone and count >= needed else 0

    steps = {
        sign(after - before) if differs(after, before) else 0
        for before, after in pairwise(past[-6:])
    }
    is_trend = len(past) >= 6 and len(steps) == 1
    return (
        beyond(3, 1, 1),
        beyond(2, 2, 3),
        beyond(1, 4, 5),
        beyond(0, 8, 8),
        steps.pop() if is_trend else 0,
    )


def compute_verdicts(
    baselines: Baselines,
) -> dict[tuple[str, str, str], dict[date, Verdict]]:
    """Return, by series and date, the verdict of the method that is used for the day."""
    verdicts: dict[tuple[str, str, str], dict[date, Verdict]] = {}
    for key, by_method in baselines.judgements.items():
        sides = {method: _rule_sides(by_day.values()) for method, by_day in by_method.items()}
        verdicts[key] = {}
        for day in next(iter(by_method.values()), {}):
            rows = {method: by_day[day] for method, by_day in by_method.items()}
            used = _method_used(rows)
            if used is not None:
                is_default = used.method == used.kpi.default_method
                verdicts[key][day] = Verdict(used, sides[used.method].get(day, ()), is_default)
    return verdicts


def _rule_sides(rows: Iterable[Judgement]) -> dict[date, Sides]:
    z = {row.day: row.z_calibrated for row in rows}
    points = {day: value for day, value in z.items() if value is not None}
    sides: dict[date, Sides] = {}
    for run in runs(points):
        sides |= zip(run, western_electric([points[day] for day in run]), strict=True)
    return sides


def _method_used(rows: Mapping[str, Judgement]) -> Judgement | None:
    """Return the row of the default method, or of the first fallback when that is evaluable.

    None for a KPI that has no default method, and for a group whose default it does not have.
    """
    some = next(iter(rows.values()))
    default = rows.get(some.kpi.default_method)
    if default is not None and default.is_evaluable:
        return default
    if some.entity_type == STORE:
        for method in FALLBACKS:
            if rows[method].is_evaluable:
                return rows[method]
    return default


def compute_flags(
    verdicts: Mapping[tuple[str, str, str], Mapping[date, Verdict]],
    stores: Mapping[str, Store],
    seeds: StoreSeeds,
) -> list[Flag]:
    """Return the flags of INFO and above and those of values off a flat baseline.

    Args:
        verdicts: by series and date.
        stores: by shop_no.
        seeds: the seeds.
    """
    flags = []
    for by_day in verdicts.values():
        for verdict in by_day.values():
            flag = _flag(verdict, stores, seeds)
            if flag is not None:
                flags.append(flag)
    return flags


def _flag(verdict: Verdict, stores: Mapping[str, Store], seeds: StoreSeeds) -> Flag | None:
    row, z = verdict.judgement, verdict.z
    if z is None:
        return _flat_flag(verdict)
    reached = [
        rule.severity
        for rule in seeds.severity_rules
        if abs(z) > rule.z_beyond or verdict.rule_count >= rule.min_rules
    ]
    if not reached:
        return None
    uncapped = reached[-1]
    caps = [
        (cap, limit)
        for cap, limit, applies in (
            ("warm_up", INFO, is_warming_up(row.entity_type, row.entity, row.day, stores)),
            ("favourable", INFO, not verdict.is_unfavourable),
            ("cold_start", WARNING, not verdict.is_default),
        )
        if applies and SEVERITIES.index(limit) < SEVERITIES.index(uncapped)
    ]
    severity = min([uncapped, *(limit for _, limit in caps)], key=SEVERITIES.index)
    capped_by = caps[0][0] if caps else None
    return Flag(verdict, severity, uncapped, verdict.is_unfavourable, capped_by)


def _flat_flag(verdict: Verdict) -> Flag | None:
    """Return the flag of a value that differs from a baseline without variance."""
    row = verdict.judgement
    if row.reason != ZERO_VARIANCE or row.value is None or row.baseline.centre is None:
        return None
    if not differs(row.value, row.baseline.centre, FLAT_WITHIN):
        return None
    unfavourable = is_unfavourable(row.kpi, row.value - row.baseline.centre)
    return Flag(verdict, INFO, INFO, unfavourable, None)


def is_warming_up(entity_type: str, entity: str, day: date, stores: Mapping[str, Store]) -> bool:
    """Tell whether a day is one of a store's first 28; a peer group has no such days."""
    return entity_type == STORE and stores[entity].day_number(day) <= WARM_UP_DAYS
