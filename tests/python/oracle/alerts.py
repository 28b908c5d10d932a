"""forecast_alerts in plain Python: days on which a rule holds become episodes."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from .seeds import Rule, Seeds, Suppression
from .summary import Cell

MAX_QUIET_DAYS = 2
MAPE_CHANGE = "mape_change_pct"

# One day of one entity: the judged measure, and whether the rule holds on it.
Verdict = tuple[float, bool]


@dataclass(frozen=True)
class Alert:
    """One row of forecast_alerts: an episode of one family and one entity."""

    alert_id: str
    family: str
    alert_type: str
    severity: str
    entity_type: str
    entity_value: str
    opened_on: date
    last_seen_on: date
    escalated_on: date | None
    closed_on: date | None
    status: str
    metric_value: float
    threshold: float

    def as_record(self) -> dict[str, object]:
        """Return the row under the column names of the mart."""
        return asdict(self)


def forecast_alerts(cells: Sequence[Cell], seeds: Seeds) -> list[Alert]:
    """Compute every episode from the rows of forecast_accuracy_summary."""
    series: dict[tuple[str, str], dict[str, dict[date, Cell]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for cell in cells:
        entities = series[(cell.period_type, cell.dimension_type)]
        entities[cell.dimension_value][cell.period_end] = cell

    verdicts: dict[tuple[str, str, str], dict[Rule, dict[date, Verdict]]] = defaultdict(dict)
    for rule in seeds.rules:
        for entity_value, days in series[(rule.period_type, rule.entity_type)].items():
            key = (rule.family, rule.entity_type, entity_value)
            verdicts[key][rule] = judge(rule, days)

    return [
        alert
        for key, by_rule in sorted(verdicts.items())
        for alert in _alerts_of_entity(key, by_rule, seeds.suppressions)
    ]


def judge(rule: Rule, days: Mapping[date, Cell]) -> dict[date, Verdict]:
    """Return the verdict of a rule for every evaluable day of one entity, in order of date."""
    values = {
        day: value
        for day in sorted(days)
        if (value := _measure(rule.measure, day, days)) is not None
    }
    if rule.comparison == "same_sign":
        return _same_sign(values, rule.min_days)
    return {day: (value, _is_beyond(rule, value)) for day, value in values.items()}


def _is_beyond(rule: Rule, value: float) -> bool:
    threshold = float(rule.threshold)
    if rule.comparison == "above":
        return value > threshold
    if rule.comparison == "below":
        return value < threshold
    if rule.comparison == "change_beyond":
        return abs(value) > threshold
    raise ValueError(f"rule {rule.rule_id}: unknown comparison {rule.comparison!r}")


def _measure(measure: str, day: date, days: Mapping[date, Cell]) -> float | None:
    if measure != MAPE_CHANGE:
        return days[day].measures[measure]
    week_before = days.get(day - timedelta(days=7))
    now = days[day].measures["mape_pct"]
    before = None if week_before is None else week_before.measures["mape_pct"]
    if now is None or not before:
        return None
    return 100 * (now - before) / before


def _same_sign(values: Mapping[date, float], min_days: int) -> dict[date, Verdict]:
    verdicts: dict[date, Verdict] = {}
    run_sign, run_length = 0, 0
    for day, value in values.items():
        sign = (value > 0) - (value < 0)
        run_length = run_length + 1 if sign == run_sign else 1
        run_sign = sign
        verdicts[day] = (value, sign != 0 and run_length >= min_days)
    return verdicts


def split_episodes(
    evaluable: Sequence[date], active: Collection[date]
) -> list[tuple[list[date], date | None]]:
    """Cut the evaluable days of an entity into episodes.

    Args:
        evaluable: days with a verdict, ascending; other days are neither active nor quiet.
        active: those of them on which a rule holds.

    Returns:
        The active days of each episode, and the day that closed it: the third quiet evaluable
        day after the last active one, None while it has not come.
    """
    episodes: list[tuple[list[date], date | None]] = []
    current: list[date] = []
    quiet = 0
    for day in evaluable:
        if day in active:
            current.append(day)
            quiet = 0
        elif current:
            quiet += 1
            if quiet > MAX_QUIET_DAYS:
                episodes.append((current, day))
                current = []
                quiet = 0
    if current:
        episodes.append((current, None))
    return episodes


def _alerts_of_entity(
    key: tuple[str, str, str],
    by_rule: Mapping[Rule, Mapping[date, Verdict]],
    suppressions: Sequence[Suppression],
) -> list[Alert]:
    family, entity_type, entity_value = key
    evaluable = sorted({day for days in by_rule.values() for day in days})
    active = {day for days in by_rule.values() for day, (_, holds) in days.items() if holds}
    alerts = []
    for days, closed_on in split_episodes(evaluable, active):
        met_on = {
            rule: met
            for rule, verdicts in by_rule.items()
            if (met := [day for day in days if day in verdicts and verdicts[day][1]])
        }
        worst = min(met_on, key=lambda rule: (rule.severity, rule.rule_id))
        opened_on, last_seen_on, worst_from = days[0], days[-1], met_on[worst][0]
        threshold = worst.min_days if worst.comparison == "same_sign" else worst.threshold
        alerts.append(
            Alert(
                alert_id=alert_id(family, entity_type, entity_value, opened_on),
                family=family,
                alert_type=worst.alert_type,
                severity=worst.severity,
                entity_type=entity_type,
                entity_value=entity_value,
                opened_on=opened_on,
                last_seen_on=last_seen_on,
                escalated_on=worst_from if worst_from > opened_on else None,
                closed_on=closed_on,
                status=_status(key, last_seen_on, closed_on, suppressions),
                metric_value=by_rule[worst][last_seen_on][0],
                threshold=float(threshold),
            )
        )
    return alerts


def alert_id(family: str, entity_type: str, entity_value: str, opened_on: date) -> str:
    """Return the stable identity of an episode, 32 hexadecimal digits."""
    identity = f"{family}|{entity_type}|{entity_value}|{opened_on.isoformat()}"
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _status(
    key: tuple[str, str, str],
    last_seen_on: date,
    closed_on: date | None,
    suppressions: Sequence[Suppression],
) -> str:
    for suppression in suppressions:
        entity = (suppression.family, suppression.entity_type, suppression.entity_value)
        if entity == key and suppression.suppressed_until >= last_seen_on:
            return "suppressed"
    return "open" if closed_on is None else "closed"
