"""Health scores, peer comparison and cannibalization on numbers that a reader computes by head."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from tests.python.oracle.store.baselines import SeriesKey
from tests.python.oracle.store.flags import Verdict
from tests.python.oracle.store.hand_made import MATURE, judged, on, seeds, series, store, verdict
from tests.python.oracle.store.health import HealthRow, compute_health, revenue_vs_peak, trends
from tests.python.oracle.store.peers import (
    CandidateRow,
    PeerRow,
    compute_candidates,
    compute_peer_comparison,
)
from tests.python.oracle.store.seeds import StoreSeeds
from tests.python.oracle.store.series import StoreSeries
from tests.python.oracle.store.stores import Store

METRICS = tuple(kpi.metric_name for kpi in seeds().kpis)


def scored(
    z: Mapping[str, float], qc_days: float | None = None, using: StoreSeeds | None = None
) -> HealthRow:
    """Return the weighted score of one day, from the z of its KPIs."""
    listed = [series([None], store(opened=MATURE), name) for name in METRICS]
    if qc_days is not None:
        listed = [
            series([qc_days], one.store, one.kpi.metric_name)
            if one.kpi.metric_name == "days_since_qc_fail"
            else one
            for one in listed
        ]
    verdicts: dict[SeriesKey, dict[date, Verdict]] = {
        ("store", "S1", name): {on(MATURE): verdict(z[name], metric_name=name)} if name in z else {}
        for name in METRICS
    }
    row, _ = compute_health(listed, verdicts, using or seeds())
    return row


@pytest.mark.parametrize(
    ("metric_name", "z", "score"),
    [
        ("revenue", 0, 85),
        ("revenue", 0.5, 88.5),
        ("revenue", -2.5, 57.5),
        ("revenue", 9, 100),
        ("revenue", -9, 0),
        ("late_arrival_count", 2, 65),
        ("late_arrival_count", -1, 92),
        ("staff_hours", 1, 78),
        ("staff_hours", -1, 78),
    ],
)
def test_scores_follow_the_curve_and_the_polarity(metric_name: str, z: float, score: float) -> None:
    """One KPI that is known is the whole score."""
    row = scored({metric_name: z})
    assert row.health_score == pytest.approx(score)


def test_days_since_a_failure_have_a_curve_of_their_own() -> None:
    """0 days are 40, 10 are 60, 60 are 100."""
    assert [scored({}, days).health_score for days in (0, 5, 10, 35, 99)] == [40, 50, 60, 80, 100]


def test_weights() -> None:
    """Inside revenue (100 + 50)/2 = 75, staffing 65; 40 and 15 of 55 known."""
    row = scored({"revenue": 2, "order_count": -3, "late_arrival_count": 2})
    parts = {name: part for name, part in row.contributions.items() if part is not None}
    expected = {"revenue": 40 * 75 / 55, "staffing": 15 * 65 / 55}
    assert parts == pytest.approx(expected)
    assert row.health_score == pytest.approx(sum(expected.values()))
    assert row.weight_covered_pct == 10 + 10 + 3.75
    assert row.grade == "C"


def test_unequal_weights_inside_a_dimension() -> None:
    """Revenue three times as heavy as orders: (3·100 + 50)/4."""
    kpis = tuple(
        replace(kpi, weight={"revenue": 75.0, "order_count": 25.0}.get(kpi.metric_name, 0.0))
        for kpi in seeds().kpis
    )
    using = replace(seeds(), kpis=kpis)
    z = {"revenue": 2.0, "order_count": -3.0}
    verdicts: dict[SeriesKey, dict[date, Verdict]] = {
        ("store", "S1", kpi.metric_name): {} for kpi in kpis
    }
    for name, value in z.items():
        one = verdict(value, metric_name=name)
        verdicts["store", "S1", name] = {
            on(MATURE): replace(one, judgement=replace(one.judgement, kpi=using.kpi(name)))
        }
    listed = [
        replace(series([None], store(opened=MATURE), kpi.metric_name), kpi=kpi) for kpi in kpis
    ]
    row, _ = compute_health(listed, verdicts, using)
    assert row.health_score == pytest.approx(87.5)
    assert row.weight_covered_pct == 40


def test_nothing_known() -> None:
    """No score, no grade, no weight."""
    row = scored({})
    assert (row.health_score, row.grade, row.weight_covered_pct) == (None, None, 0)
    assert set(row.contributions.values()) == {None}


def test_grades() -> None:
    """A minimum belongs to its grade, within rounding."""
    curve = {"days_since_qc_fail": ((0.0, 0.0), (100.0, 100.0)), "z": seeds().curves["z"]}
    using = replace(seeds(), curves=curve)
    found = [scored({}, days, using).grade for days in (0, 59.99, 60 - 1e-10, 70, 80, 90, 100)]
    assert found == ["F", "F", "D", "C", "B", "A", "A"]


def percentiles(
    revenue: Sequence[float | None], **others: Sequence[float | None]
) -> list[HealthRow]:
    """Return the percentile scores of a store."""
    missing: list[float | None] = [None] * len(revenue)
    values = dict.fromkeys(METRICS, missing) | {"revenue": list(revenue)}
    values |= {name: list(of_metric) for name, of_metric in others.items()}
    listed = [series(of_metric, metric_name=name) for name, of_metric in values.items()]
    rows = compute_health(listed, {("store", "S1", name): {} for name in METRICS}, seeds())
    return [row for row in rows if row.score_method == "percentile"]


def test_percentile_ranks_of_a_store_against_itself() -> None:
    """Revenue 2 of (1, 3, 2) is 50, orders 4 of (4, 4, 4) too, aov 1 of (2, 2, 1) is 100/6."""
    row = percentiles([1, 3, 2], order_count=[4, 4, 4], aov=[2, 2, 1])[-1]
    expected = (40 * 50 + 30 * 50 + 15 * 100 / 6) / 85
    assert row.health_score == pytest.approx(expected)
    assert row.weight_covered_pct == 85
    assert row.contributions["revenue"] == row.health_score
    assert set(row.contributions.values()) == {row.health_score, None}
    assert row.grade == "C"


def test_percentile_frame() -> None:
    """180 dates with the day itself; a missing day has no rank."""
    far = [9.0, *[1.0] * 179, 5.0]
    near = [1.0, 9.0, *[1.0] * 178, 5.0]
    assert percentiles(far)[-1].health_score != percentiles(near)[-1].health_score
    missing = percentiles([1, 2, None])[-1]
    assert (missing.health_score, missing.grade, missing.weight_covered_pct) == (None, None, 0)


def test_trends() -> None:
    """A growth of 1 % a day is a slope of ln 1.01, gaps or not; 14 values and today's."""
    growing = {on(day): 100 * 1.01**day for day in range(40) if day % 3}
    found = trends([on(day) for day in range(40)], growing)
    assert min(found) == on(20)
    assert list(found.values()) == pytest.approx([math.log(1.01)] * len(found))
    assert not {on(day) for day in range(40) if day % 3 == 0} & set(found)
    old = {on(0): 1e9} | {on(day): 5.0 for day in range(1, 29)}
    at_last = trends([on(27), on(28)], old)
    assert at_last[on(27)] < -0.1 and at_last[on(28)] == pytest.approx(0)


def test_revenue_against_its_peak() -> None:
    """Fourteen values of 28 dates, against the highest mean so far."""
    days = [on(day) for day in range(84)]
    revenue = {day: 100.0 if day < on(28) else 50.0 for day in days}
    found = revenue_vs_peak(days, revenue)
    assert min(found) == on(13)
    assert found[on(27)] == 100 and found[on(41)] == 75 and found[on(55)] == 50
    gone = {day: value for day, value in revenue.items() if day < on(40)}
    assert max(revenue_vs_peak(days, gone)) == on(53)
    assert revenue_vs_peak(days, dict.fromkeys(days, 0.0)) == {}


# Peers


def compared(
    revenues: Mapping[Store, Sequence[float | None]],
    orders: Mapping[Store, Sequence[float | None]] | None = None,
    health: Sequence[HealthRow] = (),
    blocked: Mapping[int, str] | None = None,
    as_of: int = 13,
) -> dict[tuple[str, int, str], PeerRow]:
    """Return the comparison by shop, week and metric."""
    listed: list[StoreSeries] = []
    for metric_name, values in (("revenue", revenues), ("order_count", orders or {})):
        listed += [series(of_store, one, metric_name, blocked) for one, of_store in values.items()]
    rows = compute_peer_comparison(listed, health, on(as_of))
    weeks = {on(7 * week): week for week in range(3)}
    return {(row.shop_no, weeks[row.week_start], row.metric_name): row for row in rows}


def test_weekly_values() -> None:
    """Revenue per unblocked day, growth of that, orders of every day, mean health."""
    first = [10.0] * 7 + [15.0, 15.0, None, 99.0, 12.0, 12.0, 12.0]
    health = [
        HealthRow(store(), on(day), method, score, None, 100, None, {})
        for day, method, score in (
            (7, "weighted_z", 80),
            (8, "weighted_z", 90),
            (9, "weighted_z", None),
            (10, "percentile", 10),
        )
    ]
    found = compared(
        {store(): first}, {store(): [1.0] * 14}, health=health, blocked={10: "holiday"}, as_of=12
    )
    values = {key: row.metric_value for key, row in found.items()}
    assert values == pytest.approx(
        {
            ("S1", 0, "revenue_per_open_day"): 10,
            ("S1", 1, "revenue_per_open_day"): 13.2,
            ("S1", 1, "revenue_growth_pct"): 32,
            ("S1", 0, "order_count"): 7,
            ("S1", 1, "order_count"): 7,
            ("S1", 1, "health_score"): 85,
        }
    )
    assert {key[1]: row.is_complete for key, row in found.items()} == {0: 1, 1: 0}


def test_a_week_is_complete_on_its_last_day() -> None:
    """Not on the day before."""
    for as_of, complete in ((12, 0), (13, 1)):
        found = compared({store(): [1.0] * 14}, as_of=as_of)
        assert found["S1", 1, "revenue_per_open_day"].is_complete == complete


def test_ranks_among_peers() -> None:
    """Ties share a rank; the median is that of the group; another group is another world."""
    values = {"S1": 10.0, "S2": 40.0, "S3": 20.0, "S4": 20.0}
    revenues: dict[Store, Sequence[float | None]] = {
        store(shop): [value] for shop, value in values.items()
    }
    revenues |= {store("S8", peer_group="far"): [70.0], store("S9", peer_group=None): [1.0]}
    found = compared(revenues)
    rows = {shop: row for (shop, _, _), row in found.items()}
    assert {shop: row.peer_rank for shop, row in rows.items()} == {
        "S1": 4,
        "S2": 1,
        "S3": 2,
        "S4": 2,
        "S8": 1,
    }
    assert [rows[shop].percentile for shop in ("S1", "S2", "S3", "S8")] == [12.5, 87.5, 50, 50]
    distances = [rows[shop].distance_from_median for shop in ("S1", "S2", "S3", "S8")]
    assert distances == [-10, 20, 0, 0]
    assert (rows["S1"].n_stores, rows["S8"].n_stores) == (4, 1)


def test_no_growth_from_nothing() -> None:
    """A week of revenue 0 has no growth after it, nor has a missing one."""
    found = compared({store(): [0.0] * 7 + [5.0], store("S2"): [None] * 7 + [5.0]}, as_of=7)
    assert {metric for _, _, metric in found} == {"revenue_per_open_day"}


def wave(day: int, size: float) -> float:
    """Return a revenue with a weekday profile and a wave of its own."""
    return 100 * math.exp(0.05 * (day % 7) + size * math.sin(day * day))


def candidates(
    *networks: tuple[Store, float], length: int = 300, decline: float = 0.0
) -> dict[tuple[str, str], CandidateRow]:
    """Return the pairs of some stores with their waves; S1 declines by a share a day."""
    listed = []
    for one, size in networks:
        first = (one.open_date - on(0)).days
        loss = decline if one.shop_no == "S1" else 0.0
        values = [wave(day, size) * math.exp(-loss * day) for day in range(first, length)]
        listed.append(series(values, one, "revenue"))
    rows = compute_candidates(judged(listed), [one for one, _ in networks])
    return {(row.opened_shop_no, row.affected_shop_no): row for row in rows}


def test_pairs() -> None:
    """Stores of one group of which one opened at least 70 days after the other."""
    networks = (
        (store("S1"), 0.1),
        (store("S2", opened=70), 0.1),
        (store("S3", opened=139), 0.1),
        (store("S4", opened=140), 0.1),
        (store("S5", opened=200, peer_group="far"), 0.1),
        (store("S6", opened=280, peer_group=None), 0.1),
    )
    found = set(candidates(*networks))
    assert found == {("S2", "S1"), ("S3", "S1"), ("S4", "S1"), ("S4", "S2")}


def test_candidates() -> None:
    """Residuals that are opposite and a store that lost: 42 days of 84 have both.

    A decline of 1 % a day is 45.5 % against weekday means that are 45.5 days old on average.
    """
    stores = ((store("S1"), -0.1), (store("S2", opened=100), 0.1))
    [lost] = candidates(*stores, decline=0.01).values()
    assert lost.n_days == 42
    assert lost.correlation is not None and lost.correlation < -0.9
    assert lost.mean_residual == pytest.approx(-0.455, abs=0.02)
    assert lost.is_candidate == 1
    [won] = candidates(*stores, decline=-0.01).values()
    assert won.mean_residual == pytest.approx(0.455, abs=0.02)
    assert won.is_candidate == 0
    [alike] = candidates((store("S1"), 0.1), (store("S2", opened=100), 0.1), decline=0.01).values()
    assert alike.correlation is not None and alike.correlation > 0.9
    assert alike.is_candidate == 0


def test_residuals_are_less_the_group() -> None:
    """Three members that move alike leave nothing of the affected store."""
    waves = [(store(f"S{number}"), 0.1) for number in (1, 2, 3)]
    found = candidates(*waves, (store("S4", opened=100), 0.1))
    assert len(found) == 3
    assert {row.mean_residual for row in found.values()} == {0}
    assert {row.correlation for row in found.values()} == {None}


def test_days_in_common() -> None:
    """The opened store has deviations from its 43rd day; 14 common days at least."""
    for length, n_days, is_known in ((155, 13, False), (156, 14, True), (142, 0, False)):
        [row] = candidates(
            (store("S1"), -0.1), (store("S2", opened=100), 0.1), length=length
        ).values()
        assert (row.n_days, row.correlation is not None) == (n_days, is_known)


def test_distances() -> None:
    """A degree of a meridian is 111 km; unknown without a place."""
    for place, expected in (((41.0, -74.0), 6371.0088 * math.pi / 180), (None, None)):
        [row] = candidates((store("S1"), 0.1), (store("S2", opened=100, place=place), 0.1)).values()
        assert row.distance_km == (None if expected is None else pytest.approx(expected))
