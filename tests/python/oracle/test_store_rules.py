"""Run rules, severities, CUSUMs and averages on points that a reader follows by head."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from tests.python.oracle.store.flags import (
    Flag,
    Verdict,
    compute_flags,
    compute_verdicts,
    runs,
    western_electric,
)
from tests.python.oracle.store.hand_made import judged, on, seeds, series, store, verdict
from tests.python.oracle.store.seeds import Limits, SeverityRule
from tests.python.oracle.store.shifts import EWMA_LAGS, EWMA_LIMIT, compute_shifts, cusum, ewma

STORES = {"S1": store()}


def fired(rule: int, *z: float) -> list[int]:
    """Return the sides of one rule along a run."""
    return [sides[rule - 1] for sides in western_electric(z)]


def test_rule_1() -> None:
    """Beyond 3, not at it."""
    assert fired(1, 3, 3.01, -3.01, -3) == [0, 1, -1, 0]


def test_rule_2() -> None:
    """Two of three on one side, the last of them beyond 2 itself; two points are no window."""
    assert fired(2, 2.1, 0, 2.1, 0, 0, 2.1) == [0, 0, 1, 0, 0, 0]
    assert fired(2, 2.1, 2.1, 1.9) == [0, 0, 0]
    assert fired(2, 0, 2.1, 2.1) == [0, 0, 1]
    assert fired(2, 2.1, -2.1, -2.1) == [0, 0, -1]
    assert fired(2, 2, 2, 2) == [0, 0, 0]


def test_rule_3() -> None:
    """Four of five on one side, the last of them beyond 1 itself."""
    assert fired(3, 1.1, 1.1, 0, 1.1, 1.1, 0.9) == [0, 0, 0, 0, 1, 0]
    assert fired(3, -1.1, -1.1, -1.1, -1.1) == [0, 0, 0, 0]
    assert fired(3, 0, -1.1, -1.1, -1.1, -1.1) == [0, 0, 0, 0, -1]
    assert fired(3, 1.1, 1.1, 1.1, 0, 0, 1.1) == [0, 0, 0, 0, 0, 0]
    assert fired(3, 1.1, -1.1, 1.1, 1.1, -1.1, 1.1) == [0] * 6


def test_rule_4() -> None:
    """Eight on one side, and a z of 0 breaks it."""
    assert fired(4, *[-0.1] * 9) == [0] * 7 + [-1, -1]
    assert fired(4, *[0.1] * 7, 0, *[0.1] * 7) == [0] * 15
    assert fired(4, *[0.1] * 7, -0.1) == [0] * 8


def test_rule_5() -> None:
    """Six that rise are five steps; a step within rounding is none."""
    assert fired(5, -3, -2, -1, 0, 1, 2, 1) == [0, 0, 0, 0, 0, 1, 0]
    assert fired(5, 5, 4, 3, 2, 1, 0) == [0, 0, 0, 0, 0, -1]
    assert fired(5, 1, 2, 3, 3, 4, 5, 6) == [0] * 7
    assert fired(5, 1, 0, 1, 2, 3, 4, 5) == [0] * 6 + [1]
    assert fired(5, 1, 2, 3, 4, 5, 5 + 1e-12) == [0] * 6


def test_a_gap_of_more_than_7_days_restarts() -> None:
    """Seven days do not."""
    points = {on(day): 0.0 for day in (0, 1, 8, 16, 17)}
    assert runs(points) == [[on(0), on(1), on(8)], [on(16), on(17)]]
    assert runs({}) == []


def flag(of: Verdict) -> Flag | None:
    """Return the flag of a verdict, None when there is none."""
    flags = compute_flags({("store", "S1", "revenue"): {of.judgement.day: of}}, STORES, seeds())
    return flags[0] if flags else None


def severity(of: Verdict) -> str | None:
    """Return the severity of the flag of a verdict."""
    found = flag(of)
    return found.severity if found else None


def test_severities_by_z() -> None:
    """Beyond each bound."""
    found = [severity(verdict(z)) for z in (-1.4999, -1.5001, -1.9999, -2.0001, -2.9999, -3.0001)]
    assert found == [None, "INFO", "INFO", "WARNING", "WARNING", "CRITICAL"]


def test_a_bound_itself_is_not_beyond_it() -> None:
    """The z of the verdict as the bound."""
    of = verdict(-1.7)
    bounds = (abs(of.z or 0), abs(of.z or 0) - 1e-6)
    found = []
    for bound in bounds:
        using = replace(seeds(), severity_rules=(SeverityRule("INFO", bound, 9),))
        found.append(len(compute_flags({of.judgement.key: {on(0): of}}, STORES, using)))
    assert found == [0, 1]


def test_severities_by_rules() -> None:
    """Only rules on the side of z count."""
    assert severity(verdict(-0.1, 0, 0, 0, 0, -1)) == "INFO"
    assert severity(verdict(-0.1, 0, 0, 0, 0, 1)) is None
    assert severity(verdict(-0.1, 0, 0, -1, -1)) == "WARNING"
    assert severity(verdict(-0.1, 0, -1, -1, -1)) == "CRITICAL"
    assert severity(verdict(-0.1, 0, -1, -1, -1, 1)) == "CRITICAL"
    assert severity(verdict(0.0, 0, 0, 0, 0, 1)) is None


def test_rules_of_the_other_side_are_shown() -> None:
    """The column says that the rule fired, the count leaves it out."""
    found = flag(verdict(-1.6, 0, 0, 0, 0, 1))
    assert found is not None
    record = found.as_record()
    assert (record["we_rule_5"], record["rule_count"], record["severity"]) == (1, 0, "INFO")


@pytest.mark.parametrize(
    ("metric_name", "z", "unfavourable"),
    [
        ("revenue", -3.5, True),
        ("revenue", 3.5, False),
        ("late_arrival_count", 3.5, True),
        ("late_arrival_count", -3.5, False),
        ("staff_hours", 3.5, True),
        ("staff_hours", -3.5, True),
    ],
)
def test_favourable_deviations(metric_name: str, z: float, unfavourable: bool) -> None:
    """They are never above INFO."""
    found = flag(verdict(z, metric_name=metric_name))
    assert found is not None
    assert found.is_unfavourable == unfavourable
    assert found.uncapped_severity == "CRITICAL"
    expected = ("CRITICAL", None) if unfavourable else ("INFO", "favourable")
    assert (found.severity, found.capped_by) == expected


def test_caps() -> None:
    """The strictest wins, the first that lowers is named, and none that lowers nothing."""
    cases = {
        (-3.5, 27, "rolling_28d"): ("INFO", "warm_up"),
        (-3.5, 28, "rolling_28d"): ("WARNING", "cold_start"),
        (-3.5, 28, "dow_adjusted"): ("CRITICAL", None),
        (-2.5, 28, "rolling_28d"): ("WARNING", None),
        (3.5, 28, "rolling_28d"): ("INFO", "favourable"),
        (3.5, 27, "rolling_28d"): ("INFO", "warm_up"),
        (1.6, 27, "rolling_28d"): ("INFO", None),
    }
    for (z, day, method), expected in cases.items():
        found = flag(verdict(z, day=day, method=method))
        assert found is not None
        assert (found.severity, found.capped_by) == expected


def test_the_method_used() -> None:
    """The default when it is evaluable, else the same weekday, else the last 28 days."""
    noisy = [100.0 + (day * day) % 11 for day in range(75)]
    verdicts = compute_verdicts(judged([series(noisy)]))["store", "S1", "attendance_pct"]
    used = {day: one.judgement.method for day, one in verdicts.items() if one.z is not None}
    assert [used.get(on(day)) for day in (13, 14, 27, 28, 69, 70)] == [
        None,
        "rolling_28d",
        "rolling_28d",
        "same_dow_8wk",
        "same_dow_8wk",
        "dow_adjusted",
    ]
    assert [verdicts[on(day)].is_default for day in (14, 28, 70)] == [False, False, True]


def flat_verdicts(last: float, before: Sequence[float]) -> list[Flag]:
    """Return the flags of the last day of a series."""
    baselines = judged([series([*before, last], metric_name="late_arrival_count")])
    found = compute_flags(compute_verdicts(baselines), STORES, seeds())
    return [one for one in found if one.verdict.judgement.day == on(len(before))]


def test_a_value_off_a_flat_baseline() -> None:
    """It is INFO, without z and rules; unfavourable by its side."""
    [above] = flat_verdicts(9.0, [4.0] * 120)
    record = above.as_record()
    assert record["not_evaluable_reason"] == "zero_variance"
    assert (record["severity"], record["uncapped_severity"]) == ("INFO", "INFO")
    assert (record["z_calibrated"], record["rule_count"], record["we_rule_1"]) == (None, 0, 0)
    assert (record["is_unfavourable"], record["capped_by"]) == (1, None)
    assert record["method_used"] == "dow_adjusted"
    [below] = flat_verdicts(1.0, [4.0] * 120)
    assert not below.is_unfavourable
    assert flat_verdicts(4.0, [4.0] * 120) == []


def test_a_fallback_that_varies_comes_before_a_flat_default() -> None:
    """The residuals end fifteen days ago, the last 28 days do not."""
    recent = [4.0] * 115 + [1.0, 9.0, 4.0, 4.0, 4.0]
    [found] = flat_verdicts(9.0, recent)
    assert found.verdict.judgement.method == "rolling_28d"
    assert found.as_record()["not_evaluable_reason"] is None


def test_cusum_by_hand() -> None:
    """K = 0.5: sums of z − 0.5 above their lowest point, 0 included."""
    found = cusum([1, -2, 2, 2, -3], 0.5, 2.4)
    assert [one.high for one in found] == [0.5, 0, 1.5, 3, 0]
    assert [one.low for one in found] == [0, 1.5, 0, 0, 2.5]
    assert [one.signal for one in found] == [0, 0, 0, 1, -1]


def test_cusum_signals_beyond_h_on_the_larger_side() -> None:
    """Not at h; both sides can be beyond a small one."""
    assert [one.signal for one in cusum([2.5, 2.5], 0.5, 2)] == [0, 1]
    assert cusum([3, -2.9], 0, 0.05)[-1].signal == -1
    assert cusum([3, -1.4], 0, 0.05)[-1].signal == 1
    assert cusum([3, -1.6], 0, 0.05)[-1].signal == -1


def test_cusum_forgets() -> None:
    """After 28 points a shift is out of it, so an alarm can end."""
    found = cusum([10, *[0.0] * 28], 0, 5)
    assert [one.signal for one in found] == [1] * 28 + [0]
    assert cusum([1.0] * 40, 0.5, 99)[-1].high == 14


def test_cusum_within_its_memory_is_the_classical_one() -> None:
    """Max(0, C + z − k), point by point."""
    z = [math.sin(point * point) * 2 for point in range(28)]
    classical, heights = 0.0, []
    for point in z:
        classical = max(0.0, classical + point - 0.3)
        heights.append(classical)
    assert [one.high for one in cusum(z, 0.3, 4)] == pytest.approx(heights)


def test_ewma_by_hand() -> None:
    """0.2·z + 0.8·before, from 0, over 62 lags; limits at 2.962/3."""
    assert ewma([1, 0, -1]) == pytest.approx([0.2, 0.16, -0.072])
    assert pytest.approx(2.962 / 3) == EWMA_LIMIT
    assert EWMA_LAGS == 62
    impulse = ewma([1.0] + [0.0] * 62)
    assert impulse[61] == pytest.approx(0.2 * 0.8**61) and impulse[62] == 0


def drop(length: int, by: float) -> list[float]:
    """Return a noisy series that drops on its 121st day."""
    return [100.0 + (day * day) % 11 - by * (day >= 120) for day in range(length)]


def test_shifts_of_the_default_method() -> None:
    """From its first evaluable day, restarting after a gap, with the limits of the store."""
    values: list[float | None] = [*drop(150, 8)]
    values[130:138] = [None] * 8
    using = replace(
        seeds(), limit_overrides={("S1", "attendance_pct"): Limits(0.1, 2.0, 0.2, 99.0)}
    )
    baselines = judged([series(values)], using)
    shifts = compute_shifts(baselines, using)["store", "S1", "attendance_pct"]
    days: list[date] = list(shifts)
    assert days == [on(day) for day in range(70, 150) if not 130 <= day < 138]
    first = shifts[on(138)]
    assert first.warning.low == pytest.approx(max(0.0, -first.z_calibrated - 0.1))
    assert first.ewma == pytest.approx(0.2 * first.z_calibrated)
    assert shifts[on(129)].warning.signal == -1
    assert {one.critical.signal for one in shifts.values()} == {0}
    plain = compute_shifts(baselines, seeds())["store", "S1", "attendance_pct"]
    assert plain[on(129)].critical.signal == -1
    record = shifts[on(129)].as_record()
    assert record["ewma_signal"] == -1
    assert (record["ewma_lower"], record["ewma_upper"]) == (-EWMA_LIMIT, EWMA_LIMIT)
