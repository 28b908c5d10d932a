"""Signals, episodes and their ends on days that a reader follows by head."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from tests.python.oracle.store.alerts import (
    Feedback,
    Levels,
    SeenAlert,
    StoreAlert,
    close_reason,
    compute_alerts,
)
from tests.python.oracle.store.baselines import Baselines
from tests.python.oracle.store.flags import Verdict, compute_flags
from tests.python.oracle.store.hand_made import (
    MATURE,
    judged,
    kpi,
    on,
    seeds,
    series,
    store,
    verdict,
)
from tests.python.oracle.store.health import HealthRow, KpiScore
from tests.python.oracle.store.kpis import DailyRow
from tests.python.oracle.store.seeds import Limits, Period, StoreSeeds
from tests.python.oracle.store.shifts import Cusum, Shift
from tests.python.oracle.store.signals import (
    Entity,
    History,
    Signal,
    activity_histories,
    health_histories,
    kpi_histories,
)

REVENUE = Entity("kpi", "store", "S1", "revenue")
HEALTH = Entity("health", "store", "S1", "overall")
STORES = {"S1": store()}


def shift(
    of: Verdict, warning: tuple[float, float] = (0, 0), critical: tuple[float, float] = (0, 0)
) -> Shift:
    """Return a row of store_sustained_shifts with the high and low sides of both CUSUMs."""
    row = of.judgement
    return Shift(row.key, row.day, of.z or 0, Cusum(*warning, 0), Cusum(*critical, 0), 0.0)


def histories(
    verdicts: Iterable[Verdict],
    shifts: Iterable[Shift] = (),
    using: StoreSeeds | None = None,
) -> dict[Entity, History]:
    """Return the histories of the families kpi and peer_group."""
    by_key: dict[tuple[str, str, str], dict[date, Verdict]] = {}
    for one in verdicts:
        by_key.setdefault(one.judgement.key, {})[one.judgement.day] = one
    of_key: dict[tuple[str, str, str], dict[date, Shift]] = {key: {} for key in by_key}
    for row in shifts:
        of_key[row.key][row.day] = row
    flags = compute_flags(by_key, STORES, using or seeds())
    return kpi_histories(by_key, of_key, flags, STORES, using or seeds())


def rules(history: History, day: int = MATURE) -> list[str]:
    """Return the rules that hold on a day."""
    return sorted(signal.rule.rule_id for signal in history.signals.get(on(day), []))


@pytest.mark.parametrize(
    ("metric_name", "high", "low"),
    [
        ("revenue", [], ["critical_cusum", "warning_cusum"]),
        ("late_arrival_count", ["critical_cusum", "warning_cusum"], []),
        (
            "staff_hours",
            ["critical_cusum", "warning_cusum"],
            ["critical_cusum", "warning_cusum"],
        ),
    ],
)
def test_cusums_on_the_unfavourable_side(metric_name: str, high: list[str], low: list[str]) -> None:
    """Whatever the z of the day itself."""
    of = verdict(0.0, metric_name=metric_name)
    for sides, expected in (((9.0, 0.0), high), ((0.0, 9.0), low)):
        [history] = histories([of], [shift(of, sides, sides)]).values()
        assert history.evaluable == [on(MATURE)]
        assert rules(history) == expected


def test_cusums_beyond_their_h() -> None:
    """H is 5 for a warning and 4 for CRITICAL, unless the store has its own."""
    of = verdict(0.0)
    at_h = shift(of, (0, 5), (0, 4))
    assert rules(histories([of], [at_h])[REVENUE]) == []
    assert rules(histories([of], [shift(of, (0, 5.1), (0, 4))])[REVENUE]) == ["warning_cusum"]
    assert rules(histories([of], [shift(of, (0, 5), (0, 4.1))])[REVENUE]) == ["critical_cusum"]
    own = replace(seeds(), limit_overrides={("S1", "revenue"): Limits(0.5, 4.9, 1, 9)})
    assert rules(histories([of], [at_h], own)[REVENUE]) == ["warning_cusum"]


def test_critical_flags() -> None:
    """Alone a warning; with another one on either of the two dates before, CRITICAL."""
    for gap, expected in ((1, True), (2, True), (3, False)):
        history = histories([verdict(-3.5), verdict(-3.5, day=MATURE + gap)])[REVENUE]
        assert rules(history) == ["critical_flag"]
        repeated = rules(history, MATURE + gap) == ["critical_flag", "repeated_critical_flag"]
        assert repeated == expected
    assert rules(histories([verdict(3.5)])[REVENUE]) == []
    assert rules(histories([verdict(-3.5, method="rolling_28d")])[REVENUE]) == []


def test_two_rules() -> None:
    """On the unfavourable side, by whatever method."""
    assert rules(histories([verdict(-0.5, 0, 0, -1, -1)])[REVENUE]) == ["two_rules"]
    assert rules(histories([verdict(-0.5, 0, 0, 0, -1)])[REVENUE]) == []
    assert rules(histories([verdict(0.5, 0, 0, 1, 1)])[REVENUE]) == []
    cold = verdict(-0.5, 0, 0, -1, -1, method="rolling_28d")
    assert rules(histories([cold])[REVENUE]) == ["two_rules"]


def test_days_of_warm_up_are_quiet() -> None:
    """Their cumulated sums call nobody."""
    of = [verdict(-3.5, -1, -1, day=day) for day in (27, 28)]
    history = histories(of, [shift(one, (0, 9), (0, 9)) for one in of])[REVENUE]
    assert history.evaluable == [on(27), on(28)]
    assert rules(history, 27) == [] and len(rules(history, 28)) == 4


def test_only_kpis_that_page() -> None:
    """Aov makes a day of revenue neither active nor evaluable."""
    assert histories([verdict(-9, metric_name="aov")]) == {}
    both = [verdict(-9, metric_name="order_count"), verdict(-9, metric_name="late_arrival_count")]
    assert {entity.dimension for entity in histories(both)} == {"revenue", "staffing"}


def test_days_without_z_are_not_evaluable() -> None:
    """Neither active nor quiet."""
    blocked = verdict(-9)
    blocked = replace(blocked, judgement=replace(blocked.judgement, reason="holiday"))
    assert histories([blocked, verdict(0, day=MATURE + 1)])[REVENUE].evaluable == [on(MATURE + 1)]


def test_groups_have_a_family_of_their_own() -> None:
    """And no warm-up."""
    of = verdict(-9, day=1, entity=("peer_group", "group"))
    [(entity, history)] = histories([of]).items()
    assert entity == Entity("peer_group", "peer_group", "group", "revenue")
    assert rules(history, 1) == ["critical_flag"]


def health_row(
    day: int,
    score: float | None,
    covered: float = 100,
    scores: Sequence[KpiScore] = (KpiScore(kpi("revenue"), 1, True),),
) -> HealthRow:
    """Return a row of store_health_scores."""
    return HealthRow(store(), on(day), "weighted_z", score, None, covered, None, {}, tuple(scores))


def low(*metric_names: str, is_default: bool = True) -> list[KpiScore]:
    """Return a score of 10 per KPI."""
    return [KpiScore(kpi(name), 10, is_default) for name in metric_names]


MOST = ("revenue", "order_count", "aov", "revenue_wow_pct", "avg_production_seconds")
MORE = (*MOST, "p95_production_seconds", "orders_per_labor_hour", "peak_hour_utilization_pct")


def test_low_health_on_two_days() -> None:
    """Below 60 on two dates in a row with 60 % of the weight on both; at 60 it is not low."""
    cases = [
        ((59, 100), (59, 100), ["low_health"]),
        ((39, 100), (59, 100), ["low_health"]),
        ((39, 60), (39, 60), ["executive_health", "low_health"]),
        ((60, 100), (59, 100), []),
        ((59, 59), (59, 100), []),
        ((None, 0), (59, 100), []),
    ]
    for before, today, expected in cases:
        rows = [
            health_row(MATURE, before[0], before[1], low(*MORE)),
            health_row(MATURE + 1, today[0], today[1], low(*MORE)),
        ]
        [history] = health_histories(rows, STORES, seeds()).values()
        assert rules(history, MATURE + 1) == expected
        assert rules(history) == []
    apart = [health_row(MATURE, 10, scores=low(*MORE)), health_row(MATURE + 2, 10)]
    assert health_histories(apart, STORES, seeds())[HEALTH].signals == {}


def test_evaluable_days_of_health() -> None:
    """A score with 60 % of the weight; days of warm-up are quiet."""
    rows = [
        health_row(26, 10, scores=low(*MORE)),
        health_row(27, 10, scores=low(*MORE)),
        health_row(28, 10, scores=low(*MORE)),
        health_row(29, 10, 59.9),
        health_row(30, None, 0),
        replace(health_row(31, 10), score_method="percentile"),
    ]
    [history] = health_histories(rows, STORES, seeds()).values()
    assert history.evaluable == [on(26), on(27), on(28)]
    assert rules(history, 27) == [] and rules(history, 28) == ["executive_health", "low_health"]


def test_health_by_fallback_methods_is_a_warning() -> None:
    """Revenue weighs 40, operations 20: sixty judged by default are enough, 55 are not."""
    for scores, severity in (
        (low(*MORE), "CRITICAL"),
        ([*low(*MORE[:-1]), *low(MORE[-1], is_default=False)], "WARNING"),
    ):
        rows = [health_row(day, 10, scores=scores) for day in (MATURE, MATURE + 1)]
        [history] = health_histories(rows, STORES, seeds()).values()
        assert {signal.severity for signal in history.signals[on(MATURE + 1)]} == {severity}


def test_health_blames_the_lowest_score() -> None:
    """Ties go by name, also when rounding makes one of the two a little lower."""
    for revenue in (10, 10 - 1e-9):
        scores = [
            KpiScore(kpi("revenue"), revenue, True),
            *low("order_count"),
            KpiScore(kpi("aov"), 11, True),
        ]
        rows = [health_row(day, 10, scores=scores) for day in (MATURE, MATURE + 1)]
        [history] = health_histories(rows, STORES, seeds()).values()
        assert {one.metric_name for one in history.signals[on(MATURE + 1)]} == {"order_count"}


def daily(orders: Mapping[int, int | None]) -> dict[Entity, History]:
    """Return the history of no_activity; None is a day whose orders are not loaded."""
    rows = [
        DailyRow(store(), on(day), ("trades",) if count is None else (), {"order_count": count})
        for day, count in orders.items()
    ]
    using = replace(
        seeds(),
        holidays=frozenset({on(MATURE + 8)}),
        incidents={"S1": (Period(on(MATURE + 9), on(MATURE + 9)),)},
    )
    return activity_histories({store(): rows}, STORES, using)


def test_days_without_orders() -> None:
    """The first is a warning, the next evaluable one CRITICAL, however long after."""
    both = ["no_activity", "no_activity_again"]
    [(entity, history)] = daily(
        {MATURE: 3, MATURE + 1: 0, MATURE + 2: None, MATURE + 3: 0, MATURE + 4: 1, MATURE + 5: 0}
        | {MATURE + 8: 0, MATURE + 9: 0, MATURE + 10: 0}
    ).items()
    assert entity == Entity("no_activity", "store", "S1", "revenue")
    assert history.evaluable == [on(MATURE + day) for day in (0, 1, 3, 4, 5, 10)]
    found = [rules(history, MATURE + day) for day in (0, 1, 3, 4, 5, 10)]
    assert found == [[], ["no_activity"], both, [], ["no_activity"], both]
    [warm] = daily({26: 0, 27: 0, 28: 0}).values()
    assert [rules(warm, day) for day in (26, 27, 28)] == [[], [], both]


# Episodes


def signal(
    rule_id: str = "warning_cusum",
    metric_name: str = "order_count",
    z: float | None = -2.0,
    severity: str | None = None,
) -> Signal:
    """Return a signal, of the severity of its rule by default."""
    rule = seeds().alert_rules[rule_id]
    return Signal(rule, severity or rule.severity, metric_name, z)


def alerts(
    signals: Mapping[int, Sequence[Signal]],
    evaluable: Sequence[int] | None = None,
    *,
    entity: Entity = REVENUE,
    as_of: int = 200,
    baselines: Baselines | None = None,
    feedback: Sequence[Feedback] = (),
    seen: Sequence[SeenAlert] = (),
) -> list[StoreAlert]:
    """Return the episodes of one entity, every day up to the as-of date being evaluable."""
    history = History([on(day) for day in evaluable or range(as_of + 1)])
    for day, of_day in signals.items():
        history.signals[on(day)].extend(of_day)
    values = [100.0] * (as_of + 1)
    levels = baselines or judged(
        [series(values, metric_name=name) for name in ("order_count", "aov", "revenue")]
    )
    return compute_alerts(
        {entity: history}, levels, seeds(), on(as_of), feedback=feedback, seen=seen
    )


def test_an_episode_holds_two_quiet_days() -> None:
    """And closes on the third; the next active day opens another."""
    found = alerts({100: [signal()], 103: [signal()], 107: [signal()]}, as_of=109)
    days = [(one.opened_on, one.last_seen_on, one.closed_on) for one in found]
    assert days == [(on(100), on(103), on(106)), (on(107), on(107), None)]
    assert [one.status for one in found] == ["closed", "open"]
    [longer] = alerts({100: [signal()], 107: [signal()]}, [100, 101, 106, 107, 109, 111, 115])
    assert longer.closed_on == on(115)


def test_identity() -> None:
    """Family, entity, dimension and first day, hashed."""
    [found] = alerts({100: [signal()]})
    text = f"kpi|S1|revenue|{on(100).isoformat()}"
    assert found.alert_id == hashlib.sha256(text.encode()).hexdigest()[:32]


def test_severity_rule_and_driver_are_those_of_the_first_worst_day() -> None:
    """Among its signals of that severity the first rule of the seed and the farthest KPI."""
    [found] = alerts(
        {
            100: [signal(z=-9)],
            101: [
                signal("critical_cusum", "revenue", -2.5),
                signal("repeated_critical_flag", "order_count", -3.5),
                signal("warning_cusum", "unique_customers", -8),
            ],
            102: [signal("critical_cusum", "revenue", -9)],
        }
    )
    assert (found.severity, found.rule_id) == ("CRITICAL", "critical_cusum")
    assert found.driver_metric_name == "order_count"
    assert (found.opened_on, found.critical_on) == (on(100), on(101))


def test_drivers_of_equal_signals() -> None:
    """By name; a signal without z comes last."""
    [found] = alerts({100: [signal(metric_name="revenue"), signal(metric_name="order_count", z=2)]})
    assert (found.driver_metric_name, found.critical_on) == ("order_count", None)
    [found] = alerts({100: [signal(metric_name="aov", z=None), signal(metric_name="revenue", z=0)]})
    assert found.driver_metric_name == "revenue"


def test_severity_of_a_day_is_that_of_its_signals() -> None:
    """A rule that could not be sure only warns."""
    [found] = alerts({100: [signal("low_health", "aov", None, "WARNING")]}, entity=HEALTH)
    assert (found.severity, found.critical_on, found.rule_id) == ("WARNING", None, "low_health")


def levels_of(before: float, alarm: float, now: float) -> Baselines:
    """Return revenue KPIs whose orders drop on days 100 to 104 and whose aov doubles on 105."""
    orders = [before] * 100 + [alarm] * 5 + [now] * 40
    aov = [5.0] * 105 + [10.0] * 40
    return judged([series(orders, metric_name="order_count"), series(aov, metric_name="aov")])


def test_levels_and_close_reasons() -> None:
    """Geometric means of the driver: 28 days before, the alarm, ten days after."""
    for now, reason in ((100.0, "recovered"), (95.1, "recovered"), (94.9, "unclear")):
        [found] = alerts(
            {day: [signal()] for day in (100, 104)} | {day: [signal()] for day in (102,)},
            baselines=levels_of(100, 50, now),
            as_of=144,
        )
        assert found.last_seen_on == on(104)
        assert found.level_before == pytest.approx(100)
        assert found.level_alarm == pytest.approx(50)
        assert found.level_now == pytest.approx(now)
        assert found.close_reason == reason
    [lasting] = alerts(
        {day: [signal()] for day in (100, 102, 104)}, baselines=levels_of(100, 50, 60), as_of=144
    )
    assert (lasting.close_reason, lasting.moved_by) == ("new_level", "order_count")


def test_frames_of_the_levels() -> None:
    """Day 71 is outside, 72 inside; day 114 inside, 115 outside; nothing after the as-of date."""
    values = [400.0] * 72 + [100.0] * 28 + [50.0] * 5 + [80.0] * 10 + [400.0] * 10
    baselines = judged([series(values, metric_name="order_count")])
    signals = {day: [signal()] for day in (100, 102, 104)}
    entity = replace(REVENUE, dimension="customer")
    [found] = alerts(signals, baselines=baselines, as_of=124, entity=entity)
    levels = (found.level_before, found.level_alarm, found.level_now)
    assert levels == pytest.approx((100, 50, 80))
    [early] = alerts(signals, baselines=baselines, as_of=104, entity=entity)
    assert (early.level_now, early.close_reason) == (None, None)


def test_close_reasons_wait_ten_days() -> None:
    """Pending on the ninth day after the last one seen."""
    known = Levels(math.log(100), math.log(50), math.log(100))
    seen = on(100)
    assert close_reason(known, "log", on(109), seen) == "pending"
    assert close_reason(known, "log", on(110), seen) == "recovered"
    for missing in ("before", "alarm", "now"):
        assert close_reason(replace(known, **{missing: None}), "log", on(110), seen) == "unclear"
    assert close_reason(Levels(0, 1, 0), "identity", on(110), seen) == "unclear"
    near_both = Levels(100, 101, 100.9)
    assert close_reason(near_both, "identity", on(110), seen) == "unclear"


def test_what_moved() -> None:
    """Orders or their value, by the larger change of its logarithm; for revenue alone."""
    signals = {105: [signal()]}
    baselines = levels_of(100, 100, 70)
    assert [one.moved_by for one in alerts(signals, baselines=baselines)] == ["aov"]
    other = replace(REVENUE, family="no_activity")
    assert [one.moved_by for one in alerts(signals, baselines=baselines, entity=other)] == [None]
    nothing: list[float | None] = [None] * 145
    orders_alone = judged(
        [series([9.0] * 145, metric_name="order_count"), series(nothing, metric_name="aov")]
    )
    assert [one.moved_by for one in alerts(signals, baselines=orders_alone)] == [None]


def test_levels_are_less_the_peer_term() -> None:
    """A drop of everybody is no drop of the store."""
    values = [100.0 + day % 7 for day in range(140)] + [50.0] * 5
    calm = [
        series(values, store(f"S{number}"), metric_name)
        for number in (1, 2, 3, 4)
        for metric_name in ("order_count", "aov")
    ]
    baselines = judged(calm)
    [found] = alerts({140: [signal()]}, baselines=baselines, as_of=144)
    past = [math.log(values[140 - 7 * week]) for week in range(3, 11)]
    assert found.level_alarm == pytest.approx(math.exp(sum(past) / 8))
    group = Entity("peer_group", "peer_group", "group", "revenue")
    [of_group] = alerts({140: [signal()]}, baselines=baselines, as_of=144, entity=group)
    assert of_group.level_alarm == pytest.approx(50)


# Feedback


def feedback(action: str, hour: int, until: int | None = None, to: str | None = None) -> Feedback:
    """Return feedback for the alert of day 100, or for another one."""
    identity = to or alerts({100: [signal()]})[0].alert_id
    given_at = datetime(2026, 6, 1) + timedelta(hours=hour)
    return Feedback(identity, action, given_at, None if until is None else on(until))


def answered(*said: Feedback, seen: Sequence[SeenAlert] = (), as_of: int = 101) -> StoreAlert:
    """Return the alert of day 100 with some feedback, open unless the as-of date is late."""
    [found] = alerts({100: [signal()]}, as_of=as_of, feedback=said, seen=seen)
    return found


def test_statuses() -> None:
    """Closed comes before snoozed, snoozed before acknowledged; the newest snooze decides."""
    assert answered().status == "open"
    assert answered(feedback("acknowledge", 1)).status == "acknowledged"
    assert answered(feedback("false_positive", 1)).status == "acknowledged"
    snoozes = feedback("snooze", 1, 101), feedback("snooze", 2, 100)
    assert answered(snoozes[0]).status == "snoozed"
    assert answered(*snoozes).status == answered(*reversed(snoozes)).status == "acknowledged"
    assert answered(snoozes[0], as_of=103).status == "closed"


def test_verdicts() -> None:
    """The newest one, whatever else was said."""
    said = feedback("true_positive", 1), feedback("false_positive", 3), feedback("acknowledge", 4)
    assert answered(*said).verdict == answered(*reversed(said)).verdict == "false_positive"
    assert answered(feedback("acknowledge", 1)).verdict is None


def seen_alert(
    opened: int, last: int, dimension: str = "revenue", family: str = "kpi", shop_no: str = "S1"
) -> SeenAlert:
    """Return an episode as an earlier build knew it."""
    return SeenAlert("earlier", family, shop_no, dimension, on(opened), on(last))


def test_feedback_for_an_earlier_form_of_the_episode() -> None:
    """Same family, entity and dimension, with a day in common."""
    said = feedback("true_positive", 1, to="earlier")
    assert answered(said).verdict is None
    for overlapping in (seen_alert(98, 100), seen_alert(100, 104), seen_alert(90, 110)):
        assert answered(said, seen=[overlapping]).verdict == "true_positive"
    for other in (
        seen_alert(98, 99),
        seen_alert(101, 104),
        seen_alert(100, 100, dimension="quality"),
        seen_alert(100, 100, family="peer_group"),
        seen_alert(100, 100, shop_no="S2"),
    ):
        assert answered(said, seen=[other]).verdict is None
