"""Networks with all twenty KPIs: what the budget of false alarms is measured on.

Revenue is that of `networks`. Every other quantity of a store and day is drawn as
`quantities.csv` says, on top of the quantity it multiplies: orders follow revenue, customers
follow orders, so the KPIs are correlated as they are in a shop. The KPIs follow from the
quantities by the definitions of the marts.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from dev.detection.networks import CONTROL, Plan, calendar_frame, normal, revenue
from dev.detection.noise import autoregressive
from dev.detection.parameters import Quantity, load_network, load_quantities
from dev.sample.columns import Floats
from dev.sample.randomness import generator

# The KPIs that may page, with how they are transformed and the side that is unfavourable.
PAGING: dict[str, tuple[str, int]] = {
    "revenue": ("log", -1),
    "order_count": ("log", -1),
    "avg_production_seconds": ("log", 1),
    "expiry_incident_count": ("sqrt", 1),
    "late_arrival_count": ("sqrt", 1),
    "unique_customers": ("log", -1),
}
TRANSFORMS: dict[str, tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]] = {
    "log": (np.log, np.exp),
    "sqrt": (np.sqrt, np.square),
}


def kpi_frame(plan: Plan, groups: range) -> pd.DataFrame:
    """Simulate all twenty KPIs in control.

    Args:
        plan: seed and length.
        groups: numbers of the groups.

    Returns:
        One row per store and day: shop_no, peer_group, metric_date and a column per KPI of
        store_daily_metrics. revenue_wow_pct is missing in the first week, days_since_qc_fail
        until a task has failed.
    """
    frame = calendar_frame(plan, CONTROL, groups)
    for name, values in kpi_values(draw_quantities(plan, groups)).items():
        frame[name] = values.ravel()
    return frame


def draw_quantities(plan: Plan, groups: range) -> dict[str, Floats]:
    """Return revenue and every quantity of `quantities.csv`, each (groups, stores, days)."""
    drawn = {"revenue": revenue(plan, CONTROL, groups).round(2)}
    for quantity in load_quantities():
        base = drawn.get(quantity.multiplies, np.ones_like(drawn["revenue"]))
        drawn[quantity.name] = _draw(quantity, base, plan, groups)
    return drawn


def kpi_values(drawn: dict[str, Floats]) -> dict[str, Floats]:
    """Compute the KPIs from the quantities of a day; same shapes.

    Args:
        drawn: revenue and every quantity of `quantities.csv`, days on the last axis.
    """
    revenue_, orders, customers = drawn["revenue"], drawn["order_count"], drawn["customers"]
    hours, expired = drawn["staff_hours"], drawn["expired_units"]
    seconds, peak = drawn["production_seconds"], drawn["peak_hour_orders"]
    return {
        "revenue": revenue_,
        "order_count": orders,
        "aov": revenue_ / orders,
        "revenue_wow_pct": 100 * (revenue_ / _week_ago(revenue_) - 1),
        "avg_production_seconds": seconds,
        "p95_production_seconds": seconds * drawn["p95_ratio"],
        "orders_per_labor_hour": orders / hours,
        "peak_hour_utilization_pct": 100 * peak / load_network().hourly_capacity,
        "expiry_incident_count": expired,
        "qc_completion_pct": 100 * drawn["finished_tasks"] / drawn["created_tasks"],
        "waste_pct": 100 * expired / drawn["prepared_units"],
        "days_since_qc_fail": _days_since(drawn["failed_tasks"] > 0),
        "staff_hours": hours,
        "attendance_pct": 100 * drawn["attended_shifts"] / drawn["scheduled_shifts"],
        "hours_per_order": hours / orders,
        "late_arrival_count": drawn["late_arrivals"],
        "unique_customers": customers,
        "new_customer_pct": 100 * drawn["new_customers"] / customers,
        "peak_hour_order_pct": 100 * peak / orders,
        "items_per_order": (orders + drawn["extra_items"]) / orders,
    }


def own_sigma(values: Floats, transform: str) -> float:
    """Return the standard deviation of a KPI's own noise on the transformed scale.

    What a group shares on a day is taken out by the mean of its stores, whose own error is
    allowed for; the weekday profile is part of what they share.

    Args:
        values: a KPI in control, of shape (groups, stores, days).
        transform: log or sqrt.
    """
    transformed = TRANSFORMS[transform][0](values)
    stores = values.shape[1]
    around_group = transformed - transformed.mean(axis=1, keepdims=True)
    return float(np.sqrt((around_group**2).mean() * stores / (stores - 1)))


def shifted(values: Floats, metric_name: str, sigma: float, plan: Plan) -> Floats:
    """Shift a KPI that pages to its unfavourable side, in the first store of every group.

    Args:
        values: the KPI in control, of shape (groups, stores, days).
        metric_name: a key of `PAGING`.
        sigma: standard deviation of its own noise, transformed (`own_sigma`).
        plan: the shift begins on its first judged day and stays.

    Returns:
        A copy, shifted by `shift_sigmas` standard deviations on the transformed scale.
    """
    transform, side = PAGING[metric_name]
    forth, back = TRANSFORMS[transform]
    changed = values.copy()
    days = changed[:, 0, plan.warm_up_days :]
    days[:] = back(forth(days) + side * load_network().shift_sigmas * sigma)
    return changed


def _draw(quantity: Quantity, base: Floats, plan: Plan, groups: range) -> Floats:
    rate = quantity.mean * base * np.exp(_log_noise(quantity, base.shape, plan, groups))
    if quantity.distribution in ("constant", "log_normal"):
        return rate
    if quantity.distribution == "rounded_log_normal":
        return np.maximum(np.rint(rate), 1.0)
    streams = [generator(plan.seed, f"{quantity.name} count", group) for group in groups]
    counts = [
        stream.binomial(trials.astype(np.int64), quantity.mean)
        if quantity.distribution == "binomial"
        else stream.poisson(expected)
        for stream, trials, expected in zip(streams, base, rate, strict=True)
    ]
    return np.stack(counts).astype(float)


def _log_noise(
    quantity: Quantity, shape: tuple[int, ...], plan: Plan, groups: range
) -> Floats | float:
    _, stores, days = shape
    noise: Floats | float = 0.0
    if quantity.own_sd:
        noise = quantity.own_sd * normal(plan.seed, quantity.name, groups, (stores, days))
    if quantity.shared_sd:
        shocks = normal(plan.seed, f"{quantity.name} shared", groups, (1, days))
        lag_1 = load_network().shared_lag_1
        noise = noise + quantity.shared_sd * autoregressive(shocks, lag_1)
    return noise


def _week_ago(values: Floats) -> Floats:
    before = np.full_like(values, np.nan)
    before[..., 7:] = values[..., :-7]
    return before


def _days_since(happened: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Floats:
    day = np.broadcast_to(np.arange(happened.shape[-1], dtype=float), happened.shape)
    last = np.maximum.accumulate(np.where(happened, day, -np.inf), axis=-1)
    return np.where(np.isfinite(last), day - last, np.nan)
