"""store_alerts in plain Python: active days become episodes, and episodes end in a reason."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from tests.python.oracle.alerts import split_episodes

from .baselines import Baselines
from .flags import CRITICAL, SEVERITIES
from .numeric import mean, original
from .seeds import StoreSeeds
from .signals import GROUP_FAMILY, KPI_FAMILY, Entity, History, Signal

LEVEL_DAYS_BEFORE, LEVEL_DAYS_AFTER = 28, 10
SAME_LEVEL_WITHIN = 0.05
VOLUME, VALUE = "order_count", "aov"


@dataclass(frozen=True)
class Feedback:
    """One row of alert_feedback: acknowledge, true_positive, false_positive or snooze."""

    alert_id: str
    action: str
    given_at: datetime
    snoozed_until: date | None = None


@dataclass(frozen=True)
class SeenAlert:
    """An episode as an earlier build knew it: its identity and its first and last active day."""

    alert_id: str
    family: str
    shop_no: str
    dimension: str
    opened_on: date
    last_seen_on: date


@dataclass(frozen=True)
class Levels:
    """Means of the driver, on its scale and less the peer term, None without a value."""

    before: float | None
    alarm: float | None
    now: float | None


@dataclass(frozen=True)
class StoreAlert:
    """One row of store_alerts."""

    entity: Entity
    alert_id: str
    severity: str
    rule_id: str
    driver_metric_name: str
    opened_on: date
    last_seen_on: date
    critical_on: date | None
    closed_on: date | None
    level_before: float | None
    level_alarm: float | None
    level_now: float | None
    moved_by: str | None
    close_reason: str | None
    status: str
    verdict: str | None

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return {
            "alert_id": self.alert_id,
            "family": self.entity.family,
            "entity_type": self.entity.entity_type,
            "shop_no": self.entity.shop_no,
            "dimension": self.entity.dimension,
            "driver_metric_name": self.driver_metric_name,
            "rule_id": self.rule_id,
            "severity": self.severity,
            "opened_on": self.opened_on,
            "last_seen_on": self.last_seen_on,
            "critical_on": self.critical_on,
            "closed_on": self.closed_on,
            "level_before": self.level_before,
            "level_alarm": self.level_alarm,
            "level_now": self.level_now,
            "moved_by": self.moved_by,
            "close_reason": self.close_reason,
            "status": self.status,
            "verdict": self.verdict,
        }


def compute_alerts(
    histories: Mapping[Entity, History],
    baselines: Baselines,
    seeds: StoreSeeds,
    as_of: date,
    *,
    feedback: Sequence[Feedback] = (),
    seen: Sequence[SeenAlert] = (),
) -> list[StoreAlert]:
    """Return every episode.

    Args:
        histories: evaluable days and signals of every family and entity.
        baselines: for the levels of the drivers.
        seeds: the seeds.
        as_of: last business date that counts.
        feedback: what people said.
        seen: episodes that earlier builds knew.
    """
    alerts = []
    for entity, history in histories.items():
        for days, closed_on in split_episodes(history.evaluable, set(history.signals)):
            daily = [_worst(history.signals[day]) for day in days]
            peak = max(daily, key=lambda signal: SEVERITIES.index(signal.severity))
            opened_on, last_seen_on = days[0], days[-1]
            identity = alert_id(entity, opened_on)
            levels = _levels(entity, peak.metric_name, days, baselines, as_of)
            earlier = _overlapping(seen, entity, opened_on, last_seen_on)
            said = [one for one in feedback if one.alert_id in {identity, *earlier}]
            critical = [
                day for day, signal in zip(days, daily, strict=True) if signal.severity == CRITICAL
            ]
            scale = seeds.kpi(peak.metric_name).transform
            alerts.append(
                StoreAlert(
                    entity=entity,
                    alert_id=identity,
                    severity=peak.severity,
                    rule_id=peak.rule.rule_id,
                    driver_metric_name=peak.metric_name,
                    opened_on=opened_on,
                    last_seen_on=last_seen_on,
                    critical_on=critical[0] if critical else None,
                    closed_on=closed_on,
                    level_before=original(scale, levels.before),
                    level_alarm=original(scale, levels.alarm),
                    level_now=original(scale, levels.now),
                    moved_by=_moved_by(entity, days, baselines, as_of),
                    close_reason=None
                    if closed_on is None
                    else close_reason(levels, scale, as_of, last_seen_on),
                    status=_status(said, closed_on, as_of),
                    verdict=_verdict(said),
                )
            )
    return alerts


def _worst(signals: Sequence[Signal]) -> Signal:
    """Return the signal of a day: its severity and rule, with the KPI that is farthest off."""
    severity = max((signal.severity for signal in signals), key=SEVERITIES.index)
    severest = [signal for signal in signals if signal.severity == severity]
    driver = min(
        severest,
        key=lambda signal: (
            signal.z is None,
            -round(abs(signal.z or 0.0), 6),
            signal.metric_name,
        ),
    )
    rule = min((signal.rule for signal in severest), key=lambda rule: rule.priority)
    return Signal(rule, severity, driver.metric_name, driver.z)


def alert_id(entity: Entity, opened_on: date) -> str:
    """Return the stable identity of an episode, 32 hexadecimal digits."""
    parts = (entity.family, entity.shop_no, entity.dimension, opened_on.isoformat())
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]


def _levels(
    entity: Entity, metric_name: str, days: Sequence[date], baselines: Baselines, as_of: date
) -> Levels:
    """Return the levels of a KPI before, during and after the active days of an episode."""
    key = (entity.entity_type, entity.shop_no, metric_name)

    def level(first: date, last: date) -> float | None:
        dates = (first + timedelta(days=offset) for offset in range((last - first).days + 1))
        values = [value for day in dates if (value := baselines.level(key, day)) is not None]
        return mean(values) if values else None

    one_day = timedelta(days=1)
    opened_on, last_seen_on = days[0], days[-1]
    after = min(as_of, last_seen_on + timedelta(days=LEVEL_DAYS_AFTER))
    return Levels(
        before=level(opened_on - timedelta(days=LEVEL_DAYS_BEFORE), opened_on - one_day),
        alarm=level(opened_on, last_seen_on),
        now=level(last_seen_on + one_day, after),
    )


def close_reason(levels: Levels, scale: str, as_of: date, last_seen_on: date) -> str:
    """Say how a closed episode ended, `pending` until ten days have passed."""
    if as_of < last_seen_on + timedelta(days=LEVEL_DAYS_AFTER):
        return "pending"
    if levels.before is None or levels.alarm is None or levels.now is None:
        return "unclear"
    before, now = original(scale, levels.before), original(scale, levels.now)
    if not before or now is None:
        return "unclear"
    is_same = abs(now / before - 1) <= SAME_LEVEL_WITHIN
    from_before, from_alarm = abs(levels.now - levels.before), abs(levels.now - levels.alarm)
    if from_before < from_alarm and is_same:
        return "recovered"
    return "new_level" if from_alarm < from_before and not is_same else "unclear"


def _moved_by(
    entity: Entity, days: Sequence[date], baselines: Baselines, as_of: date
) -> str | None:
    """Say whether the number of orders or their value moved more."""
    if entity.dimension != "revenue" or entity.family not in (KPI_FAMILY, GROUP_FAMILY):
        return None
    moves = {}
    for metric_name in (VOLUME, VALUE):
        levels = _levels(entity, metric_name, days, baselines, as_of)
        if levels.before is None or levels.alarm is None:
            return None
        moves[metric_name] = abs(levels.alarm - levels.before)
    return VOLUME if moves[VOLUME] >= moves[VALUE] else VALUE


def _overlapping(
    seen: Sequence[SeenAlert], entity: Entity, opened_on: date, last_seen_on: date
) -> set[str]:
    """Return the identities of earlier forms of an episode: same entity, days in common."""
    return {
        alert.alert_id
        for alert in seen
        if (alert.family, alert.shop_no, alert.dimension)
        == (entity.family, entity.shop_no, entity.dimension)
        and alert.opened_on <= last_seen_on
        and opened_on <= alert.last_seen_on
    }


def _status(said: Sequence[Feedback], closed_on: date | None, as_of: date) -> str:
    if closed_on is not None:
        return "closed"
    snoozes = [one for one in said if one.action == "snooze"]
    if snoozes:
        until = max(snoozes, key=lambda one: one.given_at).snoozed_until
        if until is not None and until >= as_of:
            return "snoozed"
    return "acknowledged" if said else "open"


def _verdict(said: Sequence[Feedback]) -> str | None:
    judged = [one for one in said if one.action in ("true_positive", "false_positive")]
    return max(judged, key=lambda one: one.given_at).action if judged else None
