"""Macros on CTEs, on each other and beside each other, on each engine."""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pytest

from tests.python.spc import loops
from tests.python.spc.harness import Bench, Row

# Each CTE reads the one before; the same macro comes twice, and its columns do not collide.
CHAIN = """
with daily as (
    select shop, day, value from composed_points where shop <> 'closed'
),

baselines as (
    {{ spc_rolling_baseline('daily', 'shop', 'day', 'value', 28) }}
),

ruled as (
    {{ spc_western_electric('baselines', 'shop', 'day', 'z_calibrated', gap_days=7) }}
),

warned as (
    {{ spc_cusum(
        'ruled', ['shop'], 'day', 'z_calibrated', 0.5, 5, memory=28, gap_days=7, prefix='warning'
    ) }}
),

summed as (
    {{ spc_cusum('warned', ['shop'], 'day', 'z_calibrated', 0.9, 4.3, gap_days=7) }}
),

averaged as (
    {{ spc_ewma('summed', 'shop', 'day', 'z_calibrated', 0.2, 2.962, gap_days=7) }}
),

charted as (
    {{ spc_individuals('averaged', 'shop', 'day', 'value', baseline=60) }}
)

select * from charted
"""
ONE_SERIES = """
with daily as (select day, value from composed_points where shop = 'b'),
baselines as ({{ spc_rolling_baseline('daily', [], 'day', 'value', 28) }})
{{ spc_western_electric('baselines', [], 'day', 'z_calibrated') }}
"""
RELATION = """
{%- set relation = api.Relation.create(schema=target.schema, identifier='composed_points') -%}
{{ spc_rolling_baseline(relation, 'shop', 'day', 'value', 28) }}
"""


@pytest.fixture(scope="module")
def points() -> dict[str, dict[date, float | None]]:
    """Return a year of three shops, of which one shifts, with days without a value."""
    rng = random.Random(8)
    made: dict[str, dict[date, float | None]] = {}
    for shop in ("a", "b", "closed"):
        made[shop] = {}
        for t in range(365):
            level = 80.0 if shop == "b" and t > 200 else 100.0
            value = round(rng.gauss(level, 8), 3)
            is_missing = rng.random() < 0.05 or 120 <= t < 132
            made[shop][date(2025, 1, 1) + timedelta(days=t)] = None if is_missing else value
    return made


@pytest.fixture(scope="module")
def computed(bench: Bench, points: dict[str, dict[date, float | None]]) -> dict[str, list[Row]]:
    """Return the rows of the three queries."""
    bench.create(
        "composed_points",
        {"shop": "varchar(16)", "day": "date", "value": "decimal(12, 4)"},
        [(shop, day, value) for shop, days in points.items() for day, value in days.items()],
    )
    queries = {"chain": CHAIN, "one series": ONE_SERIES, "relation": RELATION}
    return bench.run(queries, order_by=["day"])


def test_a_chain_of_macros(
    computed: dict[str, list[Row]], points: dict[str, dict[date, float | None]]
) -> None:
    """Each step gives what the loops give from the step before."""
    assert len(computed["chain"]) == 2 * 365
    for shop in ("a", "b"):
        rows = [row for row in computed["chain"] if row["shop"] == shop]
        days, values = list(points[shop]), list(points[shop].values())
        baselines = loops.rolling_baseline(values, 28, 14)
        z = [None if it.z is None else loops.calibrated(it.z, it.n) for it in baselines]
        run_of = loops.runs(z, days, 7)
        assert max(run_of) >= 1
        rules = loops.western_electric(z, run_of)
        warned = loops.cusum(z, run_of, 0.5, 5, 28)
        summed = loops.cusum(z, run_of, 0.9, 4.3, None)
        averaged = loops.ewma(z, run_of, 0.2, 2.962, False)
        chart = loops.individuals(values, 60)
        for t, row in enumerate(rows):
            warning, shift, average = warned[t], summed[t], averaged[t]
            expected = {
                "z_calibrated": z[t],
                "warning_high": warning.high if warning else None,
                "warning_low": warning.low if warning else None,
                "cusum_high": shift.high if shift else None,
                "cusum_low": shift.low if shift else None,
                "ewma": average.value if average else None,
                "xmr_range": chart.ranges[t],
            }
            for column, wanted in expected.items():
                assert (row[column] is None) == (wanted is None), (column, row)
                if wanted is not None:
                    close = math.isclose(float(row[column]), wanted, rel_tol=1e-9, abs_tol=1e-9)
                    assert close, (column, row)
            flags = (
                *(row[f"we_side_{rule}"] for rule in range(1, 6)),
                row["warning_signal"],
                row["cusum_signal"],
                row["ewma_signal"],
                row["xmr_signal"],
            )
            signals = [it.signal if it else 0 for it in (warning, shift, average)]
            assert flags == (*rules[t], *signals, chart.signals[t][0])
    assert any(row["warning_signal"] == -1 for row in computed["chain"])


def test_one_series_needs_no_partition(computed: dict[str, list[Row]]) -> None:
    """Without partition columns all rows are one series."""
    alone = computed["one series"]
    chained = [row for row in computed["chain"] if row["shop"] == "b"]
    assert [row["z_calibrated"] for row in alone] == [row["z_calibrated"] for row in chained]
    assert sum(row["we_rule_2"] for row in alone) > 0


def test_a_relation_is_as_good_as_a_cte(computed: dict[str, list[Row]]) -> None:
    """What ref() and source() return is read as well as a name."""
    scored = {(row["shop"], row["day"]): row["z_score"] for row in computed["relation"]}
    assert len(scored) == 3 * 365
    for row in computed["chain"]:
        assert scored[row["shop"], row["day"]] == row["z_score"]
