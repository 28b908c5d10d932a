"""Centres, sigmas and z of the four methods on series whose statistics are known."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import pytest

from tests.python.oracle.store.baselines import Baselines, Judgement
from tests.python.oracle.store.hand_made import judged, on, seeds, series, store
from tests.python.oracle.store.numeric import calibrated
from tests.python.oracle.store.seeds import Minimum, Period
from tests.python.oracle.store.series import StoreSeries

# The day that is judged, with its weekday's even week.
LAST = 140


def row(
    baselines: Baselines,
    offset: int,
    method: str = "dow_adjusted",
    shop_no: str = "S1",
    *,
    metric_name: str = "attendance_pct",
    entity_type: str = "store",
) -> Judgement:
    """Return the row of a day by its distance from START."""
    return baselines.judgements[entity_type, shop_no, metric_name][method][on(offset)]


def swing(day: int) -> int:
    """Return 1 in even weeks and −1 in odd ones: eight weeks of it cancel."""
    return 1 if day // 7 % 2 == 0 else -1


def weekly(own: Callable[[int], float] = lambda _: 0.0, length: int = LAST + 1) -> list[float]:
    """Return 50, more by the weekday, more by something of the store's own."""
    return [50 + day % 7 + own(day) for day in range(length)]


def shocked(values: Sequence[float], shock: float = 5.0) -> list[float]:
    """Add a shock to the last day."""
    return [*values[:-1], values[-1] + shock]


def network(*own: Sequence[float], metric_name: str = "attendance_pct") -> list[StoreSeries]:
    """Return a series per store, S1 and on, of one peer group."""
    return [
        series(values, store(f"S{number}"), metric_name)
        for number, values in enumerate(own, start=1)
    ]


def test_rolling_28d() -> None:
    """The mean and deviation of 1…28 do not see the 100 of the judged day."""
    judgement = row(judged([series([*range(1, 29), 100])]), 28, "rolling_28d")
    sigma = math.sqrt(28 * 29 / 12)
    assert (judgement.baseline.n, judgement.baseline.centre) == (28, 14.5)
    assert judgement.baseline.sigma == pytest.approx(sigma)
    assert judgement.z_score == pytest.approx((100 - 14.5) / sigma)
    assert judgement.z_calibrated == pytest.approx(calibrated((100 - 14.5) / sigma, 28))
    assert judgement.baseline.center_n is None


def test_rolling_28d_needs_14_values() -> None:
    """Missing days shrink n, and the frame never reaches farther back."""
    baselines = judged([series([*range(20), None, *range(20)])])
    assert [row(baselines, day, "rolling_28d").baseline.n for day in (13, 14)] == [13, 14]
    assert row(baselines, 13, "rolling_28d").reason == "too_few_points"
    assert row(baselines, 13, "rolling_28d").baseline.centre is None
    assert row(baselines, 14, "rolling_28d").is_evaluable
    assert row(baselines, 20, "rolling_28d").reason == "missing_value"
    assert row(baselines, 40, "rolling_28d").baseline.n == 27


def test_same_dow_8wk() -> None:
    """Weeks 0 to 7 before week 8: mean 3.5, variance 8·9/12; three weeks are too few."""
    values = [float(day // 7) for day in range(64)]
    baselines = judged([series(values)])
    judgement = row(baselines, 56, "same_dow_8wk")
    assert (judgement.baseline.n, judgement.baseline.centre) == (8, 3.5)
    assert judgement.z_score == pytest.approx(4.5 / math.sqrt(6))
    assert row(baselines, 27, "same_dow_8wk").reason == "too_few_points"
    assert row(baselines, 28, "same_dow_8wk").baseline.centre == 1.5
    assert row(baselines, 63, "same_dow_8wk").baseline.n == 8


def test_reference() -> None:
    """The newest period that has ended, of this store and KPI; 28 values at least."""
    using = replace(
        seeds(),
        reference_periods={
            ("S1", "attendance_pct"): (
                Period(on(32), on(59)),
                Period(on(0), on(29)),
                Period(on(60), on(70)),
                Period(on(60), on(99)),
            )
        },
    )
    values = [float(day) for day in range(80)]
    baselines = judged([series(values), series(values, store("S2"))], using)
    assert row(baselines, 29, "reference").baseline.n == 0
    first = row(baselines, 30, "reference").baseline
    assert (first.n, first.centre) == (30, 14.5)
    assert first.sigma == pytest.approx(math.sqrt(77.5))
    assert row(baselines, 59, "reference").baseline == first
    assert row(baselines, 60, "reference").baseline.centre == 45.5
    short = row(baselines, 71, "reference")
    assert (short.baseline.n, short.reason) == (11, "too_few_points")
    assert row(baselines, 60, "reference", "S2").reason == "too_few_points"


def test_dow_adjusted_with_peers() -> None:
    """What hits everybody moves the centre; what is left is the swing of the store's own."""
    calm = shocked(weekly())
    judgement = row(judged(network(shocked(weekly(swing)), calm, calm, calm)), LAST)
    assert (judgement.baseline.n, judgement.baseline.center_n) == (56, 8)
    assert judgement.baseline.centre == pytest.approx(55)
    assert judgement.baseline.sigma == pytest.approx(1)
    assert judgement.z_score == pytest.approx(1)


def test_dow_adjusted_without_peers() -> None:
    """Two others are no peers: the shock is the store's."""
    calm = shocked(weekly())
    judgement = row(judged(network(shocked(weekly(swing)), calm, calm)), LAST)
    assert judgement.baseline.centre == pytest.approx(50)
    assert judgement.z_score == pytest.approx(6)


def test_a_day_without_a_peer_term_uses_the_plain_pair() -> None:
    """Two of the peers are missing on the last day, after weeks with all of them.

    The store swings by 2 and its peers by 1: without them it is off by 2 of 2, not of 1.
    """
    one = [50.0 + day % 7 + 2 * swing(day) for day in range(LAST + 1)]
    mates = network(one, weekly(swing), weekly(swing), weekly(swing))
    assert row(judged(mates), LAST).baseline.sigma == pytest.approx(1)
    absent: list[float | None] = [*weekly(swing)[:-1], None]
    others = [series(absent, store(f"S{number}")) for number in (2, 3)]
    judgement = row(judged([mates[0], *others, mates[3]]), LAST)
    assert judgement.baseline.sigma == pytest.approx(2)
    assert judgement.z_score == pytest.approx(1)


def test_the_baseline_ends_two_weeks_before() -> None:
    """The weekday mean three weeks before, the residuals fifteen days before."""
    values = weekly(swing)
    for day in range(LAST - 20, LAST):
        values[day] += 1000
    for day in range(LAST - 14, LAST):
        values[day] += 1000
    without = row(judged([series(weekly(swing))]), LAST).baseline
    assert row(judged([series(values)]), LAST).baseline.centre == without.centre
    spoilt = weekly(swing)
    for day in range(LAST - 14, LAST):
        spoilt[day] += 1000
    assert row(judged([series(spoilt)]), LAST).baseline == without
    assert row(judged([series(values)]), LAST).baseline.sigma != without.sigma


def test_peers_count_from_day_71() -> None:
    """And a store that is younger has peers without being one."""
    calm = weekly()
    old = network(calm, calm, calm)
    young = series(weekly(length=61), store("S4", opened=80))
    baselines = judged([*old, young])
    peers = baselines.weekdays["S4", "attendance_pct"].peers
    assert on(80) in peers and on(LAST) in peers
    assert not baselines.weekdays["S1", "attendance_pct"].peers
    grown = judged([*old, series(weekly(), store("S4"))])
    assert min(grown.weekdays["S1", "attendance_pct"].peers) == on(70)


def test_even_counts_average_the_middle_two() -> None:
    """Deviations 0, 1, 2, 4 and 8 on the last day."""
    baselines = judged(network(*(shocked(weekly(), shock) for shock in (0, 1, 2, 4, 8))))
    peers = [baselines.weekdays[f"S{n}", "attendance_pct"].peers[on(LAST)] for n in range(1, 6)]
    assert peers == pytest.approx([3, 3, 2.5, 1.5, 1.5])


def test_unadjusted_sigma_until_14_adjusted_residuals() -> None:
    """Adjusted residuals exist from day 70, so the fourteenth is in the frame of day 98."""
    calm = weekly()
    baselines = judged(network(weekly(swing), calm, calm, calm))
    before, after = row(baselines, 97), row(baselines, 98)
    assert (before.baseline.n, after.baseline.n) == (41, 14)
    # Weeks 6 to 11: means of 4, 5, 6, 7, 8 and 8 weeks of ±1, six days of the last.
    squares = 7 + 7 * 1.2**2 + 7 + 7 * (8 / 7) ** 2 + 7 + 6
    assert before.baseline.sigma == pytest.approx(math.sqrt(squares / 41))
    assert before.z_score == pytest.approx(swing(97) / math.sqrt(squares / 41))
    assert after.baseline.sigma == pytest.approx(1)


def test_cold_start_of_dow_adjusted() -> None:
    """Four weeks in the mean from day 42, fourteen residuals in the frame from day 70."""
    baselines = judged([series(weekly(swing))])
    assert [row(baselines, day).baseline.center_n for day in (20, 21, 41, 42)] == [0, 1, 3, 4]
    assert on(41) not in baselines.weekdays["S1", "attendance_pct"].deviations
    assert row(baselines, 69).reason == "too_few_points"
    assert row(baselines, 69).baseline.n == 13
    assert row(baselines, 70).is_evaluable
    many = seeds().minimums | {("attendance_pct", "dow_adjusted"): Minimum(14, 9)}
    never = judged([series(weekly(swing))], replace(seeds(), minimums=many))
    assert row(never, LAST).reason == "too_few_points"


def test_blocked_days() -> None:
    """They keep their centre, limits and peers; their value is nowhere in a baseline."""
    own = weekly(swing)
    own[LAST] = 999.0
    calm = shocked(weekly())
    one = series(own, store("S1"), blocked={LAST: "incident", LAST - 28: "holiday"})
    judgement = row(judged([one, *network(calm, calm, calm, calm)[1:]]), LAST)
    assert (judgement.reason, judgement.z_score) == ("incident", None)
    assert judgement.metric_value == 999
    assert judgement.baseline.center_n == 7
    assert judgement.baseline.centre == pytest.approx(55 + swing(LAST - 21) / 7)
    assert judgement.limit(3) is not None


def test_the_first_reason_that_applies() -> None:
    """Too few points before zero variance; a missing value before both."""
    flat = [5.0] * 14
    assert row(judged([series([*flat, 5])]), 14, "rolling_28d").reason == "zero_variance"
    assert row(judged([series([*flat, 6])]), 14, "rolling_28d").reason == "zero_variance"
    assert row(judged([series([*flat, None])]), 14, "rolling_28d").reason == "missing_value"
    assert row(judged([series(flat)]), 13, "rolling_28d").reason == "too_few_points"


def test_zero_variance_has_a_centre_and_no_limits() -> None:
    """Sigma is shown too."""
    judgement = row(judged([series([5.0] * 15)]), 14, "rolling_28d")
    assert (judgement.baseline.centre, judgement.baseline.sigma) == (5, 0)
    assert [judgement.limit(k) for k in (3, -3)] == [None, None]


def test_a_value_at_its_centre_has_no_z_by_rounding() -> None:
    """0.1 + 0.2 is not 0.3, but no farther from it than rounding."""
    values = [0.3, 0.3 + 1, 0.3 - 1] * 5
    judgement = row(judged([series([*values, 0.1 + 0.2])]), 15, "rolling_28d")
    assert judgement.z_score == 0


def test_values_outside_a_scale_are_missing_for_dow_adjusted_alone() -> None:
    """No logarithm of a revenue of 0."""
    values = [100.0 + day % 5 for day in range(LAST)]
    baselines = judged([series([*values, 0.0], metric_name="revenue")])
    assert row(baselines, LAST, metric_name="revenue").reason == "missing_value"
    assert row(baselines, LAST, "rolling_28d", metric_name="revenue").is_evaluable


@pytest.mark.parametrize(
    ("metric_name", "scale", "back"),
    [
        ("revenue", math.log, math.exp),
        ("late_arrival_count", math.sqrt, lambda root: max(root, 0.0) ** 2),
        ("attendance_pct", float, float),
    ],
)
def test_scales_and_limits(
    metric_name: str, scale: Callable[[float], float], back: Callable[[float], float]
) -> None:
    """Limits are where the calibrated z is k, in original units."""
    values = [1.0 + (day % 3) * (2 + day % 2) for day in range(LAST + 1)]
    baselines = judged([series(values, metric_name=metric_name)])
    judgement = row(baselines, LAST, metric_name=metric_name)
    centre, sigma = judgement.baseline.centre, judgement.baseline.sigma
    assert centre is not None and sigma is not None
    past = [scale(values[LAST - 7 * week]) for week in range(3, 11)]
    assert centre == pytest.approx(sum(past) / 8)
    assert judgement.value == pytest.approx(scale(values[LAST]))
    record = judgement.as_record()
    assert record["center_line"] == pytest.approx(back(centre))
    for name, k in (("3", 3), ("2", 2), ("1_5", 1.5), ("1", 1)):
        upper = record[f"ucl_{name}"]
        assert isinstance(upper, float)
        width = scale(upper) - centre
        assert calibrated(width / sigma, 56) == pytest.approx(k)
        assert record[f"lcl_{name}"] == pytest.approx(back(centre - width))


def test_roots_below_zero_become_zero_before_squaring() -> None:
    """A centre of 1 with a sigma of about 1: three sigmas below it is nothing."""
    values = [0.0, 4.0] * 70 + [0.0]
    baselines = judged([series(values, metric_name="late_arrival_count")])
    assert row(baselines, LAST, metric_name="late_arrival_count").limit(-3) == 0


def test_plain_methods_use_plain_values() -> None:
    """Only dow_adjusted is on the scale of the KPI."""
    baselines = judged([series([1.0, 4.0, 9.0] * 10, metric_name="revenue")])
    assert row(baselines, 15, "rolling_28d", metric_name="revenue").baseline.centre == 14 / 3


def test_a_kpi_that_is_not_charted() -> None:
    """Every method has its rows, with the value and nothing else."""
    one = series([3.0] * 30, metric_name="days_since_qc_fail", blocked={29: "not_charted"})
    for method in ("rolling_28d", "same_dow_8wk", "reference", "dow_adjusted"):
        record = row(judged([one]), 29, method, metric_name="days_since_qc_fail").as_record()
        known = {name for name, value in record.items() if value is not None}
        assert known == {
            "entity_type",
            "shop_no",
            "metric_name",
            "calc_date",
            "baseline_method",
            "metric_value",
            "baseline_n",
            "is_evaluable",
            "not_evaluable_reason",
        }
        assert (record["baseline_n"], record["not_evaluable_reason"]) == (0, "not_charted")


def group_row(baselines: Baselines, offset: int) -> Judgement:
    """Return the row of the peer group."""
    return row(baselines, offset, shop_no="group", entity_type="peer_group")


def test_the_group_is_a_series_of_its_own() -> None:
    """The median deviation about 0, and the median centre with it."""
    rising = [shocked(weekly(lambda day, size=size: size * swing(day))) for size in (1, 2, 3)]  # type: ignore[misc]
    baselines = judged(network(*rising))
    judgement = group_row(baselines, LAST)
    assert (judgement.baseline.n, judgement.baseline.center_n) == (56, None)
    assert judgement.baseline.centre == pytest.approx(50)
    assert judgement.baseline.sigma == pytest.approx(2)
    assert judgement.metric_value == pytest.approx(57)
    assert judgement.z_score == pytest.approx(3.5)


def test_days_of_the_group() -> None:
    """From the 71st day of its oldest store; evaluable after 14 deviations and 14 days."""
    baselines = judged(network(*[weekly(swing)] * 3))
    by_method = baselines.judgements["peer_group", "group", "attendance_pct"]
    assert set(by_method) == {"dow_adjusted"}
    assert min(by_method["dow_adjusted"]) == on(70)
    assert group_row(baselines, 97).reason == "too_few_points"
    assert group_row(baselines, 98).is_evaluable


def test_a_group_needs_three_members_on_the_day() -> None:
    """Otherwise it has no value and no centre; holidays come first."""
    absent = weekly(swing)
    one = series([*absent[:-1], None], store("S1"))
    others = network(absent, absent, absent)[1:]
    judgement = group_row(judged([one, *others]), LAST)
    assert (judgement.reason, judgement.metric_value) == ("missing_value", None)
    assert judgement.baseline == replace(judgement.baseline, centre=None, sigma=None, n=56)
    holiday = replace(seeds(), holidays=frozenset({on(LAST)}))
    assert group_row(judged([one, *others], holiday), LAST).reason == "holiday"


def test_stores_without_a_group_stand_alone() -> None:
    """They are nobody's peers."""
    listed = [series(weekly(), store(f"S{number}", peer_group=None)) for number in range(4)]
    baselines = judged(listed)
    assert {entity_type for entity_type, _, _ in baselines.judgements} == {"store"}
    assert not baselines.weekdays["S1", "attendance_pct"].peers


def test_levels() -> None:
    """The transformed value less the peer term; for a group its own."""
    calm = shocked(weekly())
    baselines = judged(network(shocked(weekly(swing), 6), calm, calm, calm))
    day: date = on(LAST)
    assert baselines.level(("store", "S1", "attendance_pct"), day) == pytest.approx(57 - 5)
    assert baselines.level(("peer_group", "group", "attendance_pct"), day) == pytest.approx(55)
    assert baselines.level(("store", "S1", "attendance_pct"), on(LAST + 1)) is None
