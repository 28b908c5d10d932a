"""The twenty KPIs have the moments of quantities.csv and follow from each other.

Tolerances are four standard errors of the statistic at the size drawn.
"""

import csv
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from dev.detection.kpis import PAGING, draw_quantities, kpi_frame, kpi_values, own_sigma, shifted
from dev.detection.networks import CONTROL, Plan, revenue
from dev.sample.columns import Floats

KPI_SEED = Path(__file__).parents[3] / "seeds" / "store_kpis.csv"
PLAN = Plan(seed=3, warm_up_days=21, judged_days=28)
GROUPS = range(60)
DRAWS = 60 * 10 * 49


@cache
def drawn() -> dict[str, Floats]:
    """Return the quantities of sixty groups."""
    return draw_quantities(PLAN, GROUPS)


@cache
def kpis() -> dict[str, Floats]:
    """Return the KPIs of sixty groups."""
    return kpi_values(drawn())


def seed_rows() -> dict[str, dict[str, str]]:
    """Return the KPI seed by name."""
    with KPI_SEED.open(encoding="utf-8", newline="") as file:
        return {row["metric_name"]: row for row in csv.DictReader(file)}


def test_kpis_are_those_of_the_seed() -> None:
    """All twenty, and those that page with their transform and unfavourable side."""
    rows = seed_rows()
    assert set(kpis()) == set(rows)
    sides = {"higher_is_better": -1, "lower_is_better": 1}
    paging = {name: row for name, row in rows.items() if row["can_page"] == "1"}
    expected = {name: (row["transform"], sides[row["polarity"]]) for name, row in paging.items()}
    assert expected == PAGING


def test_revenue_is_that_of_the_revenue_networks() -> None:
    """Both measure the same alarm on the same noise."""
    assert (kpis()["revenue"] == revenue(PLAN, CONTROL, GROUPS).round(2)).all()


@pytest.mark.parametrize(
    ("quantity", "trials", "chance"),
    [
        ("customers", "order_count", 0.8),
        ("new_customers", "customers", 0.12),
        ("peak_hour_orders", "order_count", 0.115),
        ("attended_shifts", "scheduled_shifts", 0.98),
        ("finished_tasks", "created_tasks", 0.95),
        ("failed_tasks", "finished_tasks", 0.03),
    ],
)
def test_rates_are_binomial(quantity: str, trials: str, chance: float) -> None:
    """Mean and variance of the standardised counts are 0 and 1."""
    n, count = drawn()[trials], drawn()[quantity]
    standard = (count - n * chance) / np.sqrt(n * chance * (1 - chance))
    assert standard.mean() == pytest.approx(0, abs=4 / np.sqrt(DRAWS))
    kurtosis = ((standard - standard.mean()) ** 4).mean()
    assert standard.var() == pytest.approx(1, abs=4 * np.sqrt((kurtosis - 1) / DRAWS))


@pytest.mark.parametrize(
    ("quantity", "base", "rate"),
    [
        ("late_arrivals", "attended_shifts", 0.05),
        ("extra_items", "order_count", 0.29),
        ("prepared_units", None, 98.0),
    ],
)
def test_counts_are_poisson(quantity: str, base: str | None, rate: float) -> None:
    """Mean and variance of the standardised counts are 0 and 1."""
    expected = rate * (drawn()[base] if base else 1.0)
    standard = (drawn()[quantity] - expected) / np.sqrt(expected)
    assert standard.mean() == pytest.approx(0, abs=4 / np.sqrt(DRAWS))
    kurtosis = ((standard - standard.mean()) ** 4).mean()
    assert standard.var() == pytest.approx(1, abs=4 * np.sqrt((kurtosis - 1) / DRAWS))


def test_expiry_is_a_poisson_count_whose_rate_varies() -> None:
    """Own noise of 15 % and shared noise of 10 % add to the variance of a Poisson count of 4."""
    expired = drawn()["expired_units"]
    spread = np.exp(0.15**2 + 0.10**2)
    mean = 4 * np.sqrt(spread)
    variance = mean + mean**2 * (spread - 1)
    # Days of a group share noise, so there are about as many independent draws as group days.
    assert expired.mean() == pytest.approx(mean, abs=4 * np.sqrt(variance / (60 * 49)))
    assert expired.var() == pytest.approx(variance, rel=4 * np.sqrt(3 / (60 * 49)))
    stores = expired - expired.mean()
    shared = (stores[:, 0] * stores[:, 1]).mean()
    covariance = mean**2 * (np.exp(0.10**2) - 1)
    assert shared == pytest.approx(covariance, abs=4 * variance / np.sqrt(60 * 49))


def test_orders_follow_revenue() -> None:
    """Orders are revenue over 4.65, but for 2 % and rounding."""
    ratio = np.log(kpis()["order_count"] / kpis()["revenue"])
    assert ratio.mean() == pytest.approx(np.log(0.2151), abs=1e-3)
    assert ratio.std() == pytest.approx(0.02, abs=1e-3)
    assert (kpis()["order_count"] == np.rint(kpis()["order_count"])).all()


def test_production_time_is_log_normal_with_shared_noise() -> None:
    """6 % own and 4 % shared around 130 seconds."""
    seconds = np.log(kpis()["avg_production_seconds"] / 130)
    assert own_sigma(kpis()["avg_production_seconds"], "log") == pytest.approx(
        0.06, abs=4 * 0.06 / np.sqrt(2 * DRAWS)
    )
    variance = 0.04**2 + 0.06**2 / 10
    assert seconds.mean(axis=1).var() == pytest.approx(
        variance, rel=4 * np.sqrt(2 / (60 * 49)) * 1.1
    )


def test_kpis_follow_from_quantities() -> None:
    """Worked by hand on eight days of one store."""
    days = {name: values[:1, :1, :8].copy() for name, values in drawn().items()}
    days["revenue"][0, 0] = [100, 200, 300, 400, 500, 600, 700, 150]
    days["failed_tasks"][0, 0] = [0, 1, 0, 0, 2, 0, 0, 0]
    for name, value in {
        "order_count": 50,
        "customers": 40,
        "new_customers": 10,
        "extra_items": 15,
        "peak_hour_orders": 6,
        "production_seconds": 100,
        "p95_ratio": 2,
        "staff_hours": 25,
        "scheduled_shifts": 20,
        "attended_shifts": 19,
        "late_arrivals": 3,
        "expired_units": 4,
        "prepared_units": 80,
        "created_tasks": 12,
        "finished_tasks": 9,
    }.items():
        days[name][:] = value
    found = {name: values[0, 0] for name, values in kpi_values(days).items()}
    assert found["revenue_wow_pct"][7] == pytest.approx(50)
    assert np.isnan(found["revenue_wow_pct"][:7]).all()
    assert found["days_since_qc_fail"].tolist() == pytest.approx(
        [np.nan, 0, 1, 2, 0, 1, 2, 3], nan_ok=True
    )
    assert {name: values[7] for name, values in found.items()} == pytest.approx(
        {
            "revenue": 150,
            "order_count": 50,
            "aov": 3,
            "revenue_wow_pct": 50,
            "avg_production_seconds": 100,
            "p95_production_seconds": 200,
            "orders_per_labor_hour": 2,
            "peak_hour_utilization_pct": 5,
            "expiry_incident_count": 4,
            "qc_completion_pct": 75,
            "waste_pct": 5,
            "days_since_qc_fail": 3,
            "staff_hours": 25,
            "attendance_pct": 95,
            "hours_per_order": 0.5,
            "late_arrival_count": 3,
            "unique_customers": 40,
            "new_customer_pct": 25,
            "peak_hour_order_pct": 12,
            "items_per_order": 1.3,
        }
    )


def test_frame_holds_the_kpis_of_each_store_and_day() -> None:
    """A row is one cell of the arrays, and a range of groups is the same alone."""
    frame = kpi_frame(PLAN, range(3, 5))
    row = frame[(frame["shop_no"] == "C-00004-02") & (frame["metric_date"] == "2024-01-11")]
    assert len(row) == 1
    for name, values in kpis().items():
        assert row[name].iloc[0] == pytest.approx(values[4, 2, 10], nan_ok=True), name


def test_own_sigma_is_that_of_own_noise() -> None:
    """Shared noise and weekdays do not count."""
    sigma = own_sigma(kpis()["revenue"], "log")
    assert sigma == pytest.approx(0.085, abs=4 * 0.085 / np.sqrt(2 * DRAWS))


@pytest.mark.parametrize("metric_name", list(PAGING))
def test_a_shift_is_three_sigma_to_the_bad_side(metric_name: str) -> None:
    """Only the first store changes, from the first judged day on."""
    transform, side = PAGING[metric_name]
    forth = {"log": np.log, "sqrt": np.sqrt}[transform]
    values = kpis()[metric_name]
    after = shifted(values, metric_name, 0.5, PLAN)
    change = forth(after) - forth(values)
    assert change[:, 0, 21:] == pytest.approx(side * 1.5)
    change[:, 0, 21:] = 0
    assert (change == 0).all()
