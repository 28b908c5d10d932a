"""The seeds that the store marts depend on, read from their CSV files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from tests.python.oracle.seeds import DEFAULT_TIME_ZONE, read_rows

ShopMetric = tuple[str, str]

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Limits:
    """k and h of the two CUSUMs, in standard deviations."""

    warning_k: float
    warning_h: float
    critical_k: float
    critical_h: float


@dataclass(frozen=True)
class Kpi:
    """One row of store_kpis.csv."""

    metric_name: str
    dimension: str
    polarity: str
    transform: str
    is_charted: bool
    default_method: str
    weight: float
    can_page: bool
    limits: Limits


@dataclass(frozen=True)
class Minimum:
    """Points that a baseline of a KPI and method needs, and the weekday mean in it."""

    min_points: int
    min_center_points: int


@dataclass(frozen=True)
class StoreRow:
    """One row of stores.csv; coordinates in degrees, capacity in orders an hour."""

    time_zone: ZoneInfo
    peer_group: str | None
    closed_on: date | None
    latitude: float | None
    longitude: float | None
    hourly_capacity: float | None


@dataclass(frozen=True)
class Period:
    """Dates of a reference period or an incident, both ends included."""

    first_date: date
    last_date: date


@dataclass(frozen=True)
class SeverityRule:
    """A severity is reached beyond |z| or with a number of rules."""

    severity: str
    z_beyond: float
    min_rules: int


@dataclass(frozen=True)
class AlertRule:
    """One row of store_alert_rules.csv; the lower priority names the day among equals."""

    rule_id: str
    priority: int
    family: str
    severity: str
    threshold: float | None
    min_days: int
    within_days: int
    min_weight_pct: float | None


@dataclass(frozen=True)
class StoreSeeds:
    """Everything the oracle of the store marts reads from seeds."""

    excluded_depts: frozenset[int]
    excluded_shops: frozenset[str]
    stores: dict[int, StoreRow]
    statuses: dict[str, dict[int, str]]
    holidays: frozenset[date]
    incidents: dict[str, tuple[Period, ...]]
    kpis: tuple[Kpi, ...]
    dimension_weights: dict[str, float]
    minimums: dict[tuple[str, str], Minimum]
    reference_periods: dict[ShopMetric, tuple[Period, ...]]
    limit_overrides: dict[ShopMetric, Limits]
    severity_rules: tuple[SeverityRule, ...]
    alert_rules: dict[str, AlertRule]
    curves: dict[str, tuple[tuple[float, float], ...]]
    grades: dict[str, tuple[tuple[float, str], ...]]
    percentile_weights: dict[str, float]

    def kpi(self, metric_name: str) -> Kpi:
        """Return the row of a KPI."""
        return next(kpi for kpi in self.kpis if kpi.metric_name == metric_name)

    def limits(self, shop_no: str, kpi: Kpi) -> Limits:
        """Return k and h of a KPI, overridden for one store where a row says so."""
        return self.limit_overrides.get((shop_no, kpi.metric_name), kpi.limits)

    def is_incident(self, shop_no: str, day: date) -> bool:
        """Tell whether an external cause is noted for a store and day."""
        return any(
            period.first_date <= day <= period.last_date
            for period in self.incidents.get(shop_no, ())
        )


def read_store_seeds(seeds_dir: Path) -> StoreSeeds:
    """Read the seeds of a project that the store marts depend on.

    Args:
        seeds_dir: folder with the seeds.

    Raises:
        FileNotFoundError: if one of them is missing.
        KeyError: if one of them lacks a column.
        ValueError: if a number or date cannot be read.
    """

    def rows(name: str) -> list[dict[str, str]]:
        return read_rows(seeds_dir / f"{name}.csv")

    excluded = rows("excluded_sites")
    kpis = tuple(_kpi(row) for row in rows("store_kpis"))
    limits_of = {kpi.metric_name: kpi.limits for kpi in kpis}
    return StoreSeeds(
        excluded_depts=frozenset(
            int(row["site_id"]) for row in excluded if row["site_type"] == "dept"
        ),
        excluded_shops=frozenset(row["site_id"] for row in excluded if row["site_type"] == "shop"),
        stores={int(row["dept_id"]): _store(row) for row in rows("stores")},
        statuses=_statuses(rows("status_codes")),
        holidays=frozenset(date.fromisoformat(row["holiday_date"]) for row in rows("holidays")),
        incidents=_grouped((row["shop_no"], _period(row)) for row in rows("store_incidents")),
        kpis=kpis,
        dimension_weights={
            row["dimension"]: float(row["weight"]) for row in rows("store_dimensions")
        },
        minimums={
            (row["metric_name"], row["baseline_method"]): Minimum(
                int(row["min_points"]), int(row["min_center_points"] or 0)
            )
            for row in rows("store_kpi_baselines")
        },
        reference_periods=_grouped(
            ((row["shop_no"], row["metric_name"]), _period(row))
            for row in rows("store_reference_periods")
        ),
        limit_overrides={
            (row["shop_no"], row["metric_name"]): _overridden(limits_of[row["metric_name"]], row)
            for row in rows("store_alert_overrides")
        },
        severity_rules=tuple(
            sorted(
                (
                    SeverityRule(row["severity"], float(row["z_beyond"]), int(row["min_rules"]))
                    for row in rows("store_severity_rules")
                ),
                key=lambda rule: rule.z_beyond,
            )
        ),
        alert_rules={row["rule_id"]: _alert_rule(row) for row in rows("store_alert_rules")},
        curves=_sorted_points(
            (row["curve"], (float(row["x"]), float(row["score"])))
            for row in rows("store_health_curves")
        ),
        grades=_sorted_points(
            (row["score_method"], (float(row["min_score"]), row["grade"]))
            for row in rows("store_grades")
        ),
        percentile_weights={
            row["component"]: float(row["weight"]) for row in rows("store_percentile_weights")
        },
    )


def _number(cell: str) -> float | None:
    return float(cell) if cell else None


def _period(row: dict[str, str]) -> Period:
    return Period(date.fromisoformat(row["first_date"]), date.fromisoformat(row["last_date"]))


def _limits(row: dict[str, str]) -> Limits:
    return Limits(
        warning_k=float(row["warning_k"]),
        warning_h=float(row["warning_h"]),
        critical_k=float(row["critical_k"]),
        critical_h=float(row["critical_h"]),
    )


def _overridden(limits: Limits, row: dict[str, str]) -> Limits:
    """Return the limits of a KPI with the cells of an override that are not empty."""
    named = {
        "warning_k": limits.warning_k,
        "warning_h": limits.warning_h,
        "critical_k": limits.critical_k,
        "critical_h": limits.critical_h,
    }
    return Limits(**{name: float(row[name] or value) for name, value in named.items()})


def _kpi(row: dict[str, str]) -> Kpi:
    return Kpi(
        metric_name=row["metric_name"],
        dimension=row["dimension"],
        polarity=row["polarity"],
        transform=row["transform"],
        is_charted=row["is_charted"] == "1",
        default_method=row["default_method"],
        weight=float(row["weight"]),
        can_page=row["can_page"] == "1",
        limits=_limits(row),
    )


def _store(row: dict[str, str]) -> StoreRow:
    return StoreRow(
        time_zone=ZoneInfo(row["time_zone"]) if row["time_zone"] else DEFAULT_TIME_ZONE,
        peer_group=row["peer_group"] or None,
        closed_on=date.fromisoformat(row["closed_on"]) if row["closed_on"] else None,
        latitude=_number(row["latitude"]),
        longitude=_number(row["longitude"]),
        hourly_capacity=_number(row["hourly_capacity"]),
    )


def _statuses(rows: Iterable[dict[str, str]]) -> dict[str, dict[int, str]]:
    statuses: dict[str, dict[int, str]] = defaultdict(dict)
    for row in rows:
        statuses[row["feed"]][int(row["status"])] = row["role"]
    return dict(statuses)


def _alert_rule(row: dict[str, str]) -> AlertRule:
    return AlertRule(
        rule_id=row["rule_id"],
        priority=int(row["priority"]),
        family=row["family"],
        severity=row["severity"],
        threshold=_number(row["threshold"]),
        min_days=int(row["min_days"]),
        within_days=int(row["within_days"]),
        min_weight_pct=_number(row["min_weight_pct"]),
    )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(values) for key, values in groups.items()}


def _sorted_points(
    pairs: Iterable[tuple[str, tuple[float, V]]],
) -> dict[str, tuple[tuple[float, V], ...]]:
    return {
        name: tuple(sorted(points, key=lambda point: point[0]))
        for name, points in _grouped(pairs).items()
    }
