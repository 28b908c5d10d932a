"""Signals in plain Python: what makes a day of an entity and dimension active, and how severe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from .baselines import SeriesKey
from .flags import CRITICAL, WARNING, Flag, Verdict, is_warming_up
from .health import WEIGHTED_Z, HealthRow, covered_pct
from .kpis import DailyRow
from .numeric import is_below
from .seeds import AlertRule, Kpi, StoreSeeds
from .series import STORE, has_activity_verdict, is_no_activity
from .shifts import Cusum, Shift
from .stores import Store

KPI_FAMILY, GROUP_FAMILY, HEALTH, NO_ACTIVITY = "kpi", "peer_group", "health", "no_activity"
OVERALL = "overall"


@dataclass(frozen=True)
class Entity:
    """What an alert is about."""

    family: str
    entity_type: str
    shop_no: str
    dimension: str


@dataclass(frozen=True)
class Signal:
    """A rule that holds on a day, with the KPI that made it."""

    rule: AlertRule
    severity: str
    metric_name: str
    z: float | None


@dataclass
class History:
    """The evaluable days of an entity in order of date, and the signals of its active ones."""

    evaluable: list[date] = field(default_factory=list)
    signals: dict[date, list[Signal]] = field(default_factory=lambda: defaultdict(list))


def kpi_histories(
    verdicts: Mapping[SeriesKey, Mapping[date, Verdict]],
    shifts: Mapping[SeriesKey, Mapping[date, Shift]],
    flags: Sequence[Flag],
    stores: Mapping[str, Store],
    seeds: StoreSeeds,
) -> dict[Entity, History]:
    """Return the histories of the families kpi and peer_group."""
    critical_on: dict[SeriesKey, set[date]] = defaultdict(set)
    for flag in flags:
        if flag.severity == CRITICAL:
            critical_on[flag.verdict.judgement.key].add(flag.verdict.judgement.day)
    histories: dict[Entity, History] = defaultdict(History)
    evaluable: dict[Entity, set[date]] = defaultdict(set)
    for key, by_day in verdicts.items():
        entity_type, entity_name, metric_name = key
        kpi = seeds.kpi(metric_name)
        if not kpi.can_page:
            continue
        family = KPI_FAMILY if entity_type == STORE else GROUP_FAMILY
        entity = Entity(family, entity_type, entity_name, kpi.dimension)
        for day, verdict in by_day.items():
            if verdict.z is None:
                continue
            evaluable[entity].add(day)
            if is_warming_up(entity_type, entity_name, day, stores):
                continue
            rules = _kpi_rules(verdict, shifts[key].get(day), critical_on[key], seeds)
            for rule_id in rules:
                rule = seeds.alert_rules[rule_id]
                histories[entity].signals[day].append(
                    Signal(rule, rule.severity, metric_name, verdict.z)
                )
    for entity, days in evaluable.items():
        histories[entity].evaluable = sorted(days)
    return dict(histories)


def _kpi_rules(
    verdict: Verdict, shift: Shift | None, critical_on: set[date], seeds: StoreSeeds
) -> Iterator[str]:
    """Yield the rules that hold for a KPI on a day."""
    kpi, day = verdict.judgement.kpi, verdict.judgement.day
    limits = seeds.limits(verdict.judgement.entity, kpi)
    if shift is not None and _unfavourable_cusum(kpi, shift.warning) > limits.warning_h:
        yield "warning_cusum"
    if shift is not None and _unfavourable_cusum(kpi, shift.critical) > limits.critical_h:
        yield "critical_cusum"
    if day in critical_on:
        yield "critical_flag"
        repeated = seeds.alert_rules["repeated_critical_flag"]
        latest = {day - timedelta(days=back) for back in range(repeated.within_days)}
        if len(latest & critical_on) >= repeated.min_days:
            yield "repeated_critical_flag"
    needed = seeds.alert_rules["two_rules"].threshold or 0
    if verdict.rule_count >= needed and verdict.is_unfavourable and verdict.z != 0:
        yield "two_rules"


def _unfavourable_cusum(kpi: Kpi, cusum: Cusum) -> float:
    if kpi.polarity == "higher_is_better":
        return cusum.low
    return cusum.high if kpi.polarity == "lower_is_better" else max(cusum.high, cusum.low)


def health_histories(
    health: Sequence[HealthRow], stores: Mapping[str, Store], seeds: StoreSeeds
) -> dict[Entity, History]:
    """Return the histories of the family health."""
    histories: dict[Entity, History] = defaultdict(History)
    rows = {
        (row.store.shop_no, row.metric_date): row
        for row in health
        if row.score_method == WEIGHTED_Z
    }
    rules = [rule for rule in seeds.alert_rules.values() if rule.family == HEALTH]
    needed = max(rule.min_weight_pct or 0 for rule in rules)
    for (shop_no, day), row in rows.items():
        history = histories[Entity(HEALTH, STORE, shop_no, OVERALL)]
        if row.health_score is None or row.weight_covered_pct < needed:
            continue
        history.evaluable.append(day)
        if is_warming_up(STORE, shop_no, day, stores):
            continue
        for rule in rules:
            latest = [
                rows.get((shop_no, day - timedelta(days=back))) for back in range(rule.within_days)
            ]
            if sum(_is_low(past, rule) for past in latest) >= rule.min_days:
                history.signals[day].append(_health_signal(rule, row, seeds))
    return dict(histories)


def _is_low(row: HealthRow | None, rule: AlertRule) -> bool:
    return (
        row is not None
        and row.health_score is not None
        and is_below(row.health_score, rule.threshold or 0)
        and row.weight_covered_pct >= (rule.min_weight_pct or 0)
    )


def _health_signal(rule: AlertRule, row: HealthRow, seeds: StoreSeeds) -> Signal:
    """Blame the KPI with the lowest score; scores of fallback methods can only warn.

    KPIs that mirror each other score the same but for rounding: then the name decides.
    """
    lowest = min(row.kpi_scores, key=lambda score: (round(score.score, 6), score.kpi.metric_name))
    default = [score for score in row.kpi_scores if score.is_default]
    is_sure = covered_pct(default, seeds) >= (rule.min_weight_pct or 0)
    return Signal(rule, rule.severity if is_sure else WARNING, lowest.kpi.metric_name, None)


def activity_histories(
    daily: Mapping[Store, Sequence[DailyRow]], stores: Mapping[str, Store], seeds: StoreSeeds
) -> dict[Entity, History]:
    """Return the histories of the family no_activity."""
    histories: dict[Entity, History] = {}
    for store, rows in daily.items():
        history = History()
        was_without = False
        for row in rows:
            if not has_activity_verdict(row, seeds):
                continue
            day, is_without = row.metric_date, is_no_activity(row, seeds)
            history.evaluable.append(day)
            if is_without and not is_warming_up(STORE, store.shop_no, day, stores):
                for rule_id in ("no_activity", *(("no_activity_again",) if was_without else ())):
                    rule = seeds.alert_rules[rule_id]
                    history.signals[day].append(Signal(rule, rule.severity, "order_count", None))
            was_without = is_without
        histories[Entity(NO_ACTIVITY, STORE, store.shop_no, "revenue")] = history
    return histories
