"""The oracle of forecast_alerts on series that can be checked by head."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from .alerts import Alert, forecast_alerts, judge, split_episodes
from .hand_made import MONDAY, STORE, daily_cell, rule, seeds
from .seeds import Rule, Suppression
from .summary import Measures

CRITICAL = rule("mape_CRITICAL", "mape_pct", "above", "40", "P1")
WARNING = rule("mape_WARNING", "mape_pct", "above", "30")
COVERAGE = rule("coverage_COVERAGE", "coverage_pct", "below", "90")
BIAS = rule("bias_BIAS", "mfe", "same_sign", "14")
DRIFT = rule("drift_DRIFT", "mape_change_pct", "change_beyond", "50", "P3")


def day(number: int) -> date:
    """Return a day of the series, counted from 1."""
    return MONDAY + timedelta(days=number - 1)


def alerts_of(
    values: Sequence[float | None], rules: Sequence[Rule], suppressed_until: date | None = None
) -> list[Alert]:
    """Return the alerts of one store whose measure has these daily values."""
    measure = "mape_pct" if rules[0] is DRIFT else rules[0].measure
    cells = []
    for number, value in enumerate(values, start=1):
        cell_values: Measures = {measure: value}
        cells.append(daily_cell(day(number), cell_values))
    suppressions = [
        Suppression(rules[0].family, "store", str(STORE), until)
        for until in [suppressed_until]
        if until
    ]
    return forecast_alerts(cells, seeds(rules, suppressions))


def test_an_episode_from_opening_to_closing() -> None:
    """50, 50, then three quiet days: closed on the third."""
    [alert] = alerts_of([10, 50, 45, 40, 40, 40, 40], [CRITICAL])
    assert alert == Alert(
        alert_id=hashlib.sha256(b"mape|store|1127|2026-03-03").hexdigest()[:32],
        family="mape",
        alert_type="CRITICAL",
        severity="P1",
        entity_type="store",
        entity_value="1127",
        opened_on=day(2),
        last_seen_on=day(3),
        escalated_on=None,
        closed_on=day(6),
        status="closed",
        metric_value=45,
        threshold=40.0,
    )


def test_two_quiet_days_do_not_close() -> None:
    """The third does; the next active day is an episode of its own."""
    alerts = alerts_of([50, 0, 0, 50, 0, 0, 0, 50], [CRITICAL])
    assert [(alert.opened_on, alert.last_seen_on, alert.closed_on) for alert in alerts] == [
        (day(1), day(4), day(7)),
        (day(8), day(8), None),
    ]
    assert [alert.status for alert in alerts] == ["closed", "open"]


def test_days_without_a_value_are_neither_active_nor_quiet() -> None:
    """Four such days between two active ones keep the episode open."""
    [alert] = alerts_of([50, None, None, 0, None, None, 0, 50], [CRITICAL])
    assert (alert.opened_on, alert.last_seen_on, alert.closed_on) == (day(1), day(8), None)


def test_warning_escalates_the_same_episode() -> None:
    """The worst rule names the episode; its value is the last active day's, of either rule."""
    [alert] = alerts_of([35, 45, 32], [CRITICAL, WARNING])
    assert (alert.alert_type, alert.severity, alert.threshold) == ("CRITICAL", "P1", 40.0)
    assert (alert.opened_on, alert.escalated_on, alert.last_seen_on) == (day(1), day(2), day(3))
    assert alert.metric_value == 32


def test_an_episode_that_opens_at_its_worst_did_not_escalate() -> None:
    """Nor does one that never passes the higher threshold."""
    [critical] = alerts_of([45, 35], [CRITICAL, WARNING])
    [warning] = alerts_of([35, 40], [CRITICAL, WARNING])
    assert (critical.alert_type, critical.escalated_on) == ("CRITICAL", None)
    assert (warning.alert_type, warning.escalated_on, warning.threshold) == ("WARNING", None, 30.0)


def test_thresholds_are_not_beyond_themselves() -> None:
    """40 is not above 40, 90 is not below 90, +50 and -50 % are not beyond 50."""
    assert alerts_of([40], [CRITICAL]) == []
    assert alerts_of([90], [COVERAGE]) == []
    assert len(alerts_of([89.9], [COVERAGE])) == 1
    week: list[float | None] = [20, 20, 20, 20, 0, None, 20]
    assert alerts_of([*week, 30, 10], [DRIFT]) == []


def test_drift_compares_with_the_same_day_a_week_earlier() -> None:
    """From 20 to 31 and to 9; days whose earlier value is 0 or missing are not evaluable."""
    values = [20, 20, 20, 20, 0, None, None, 31, 9, 25, None, 30, 30]
    days = {
        day(number): daily_cell(day(number), {"mape_pct": value})
        for number, value in enumerate(values, start=1)
    }
    verdicts = judge(DRIFT, days)
    assert {one: round(value, 9) for one, (value, _) in verdicts.items()} == {
        day(8): 55.0,
        day(9): -55.0,
        day(10): 25.0,
    }
    assert [holds for _, holds in verdicts.values()] == [True, True, False]


def test_bias_opens_on_the_fourteenth_day_with_data() -> None:
    """A day without data is skipped; it neither counts nor breaks."""
    [alert] = alerts_of([*[1.0] * 7, None, *[1.0] * 7], [BIAS])
    assert (alert.opened_on, alert.threshold, alert.metric_value) == (day(15), 14.0, 1.0)
    assert alerts_of([1.0] * 13, [BIAS]) == []


@pytest.mark.parametrize("breaking", [0.0, -1.0])
def test_bias_run_breaks(breaking: float) -> None:
    """A day of 0 or of the other sign starts the count again."""
    assert alerts_of([*[1.0] * 13, breaking, *[1.0] * 13], [BIAS]) == []
    assert len(alerts_of([*[1.0] * 13, breaking, *[1.0] * 14], [BIAS])) == 1


def test_bias_of_the_other_sign_is_a_new_episode() -> None:
    """14 days up, 14 days down: the first closes on the third day down."""
    first, second = alerts_of([*[1.0] * 14, *[-2.0] * 14], [BIAS])
    assert (first.opened_on, first.last_seen_on, first.closed_on) == (day(14), day(14), day(17))
    assert (second.opened_on, second.metric_value, second.status) == (day(28), -2.0, "open")


def test_zeros_are_no_run() -> None:
    """Fourteen days of exactly 0 have no sign."""
    assert alerts_of([0.0] * 20, [BIAS]) == []


@pytest.mark.parametrize(
    ("until", "status"), [(day(2), "suppressed"), (day(1), "closed"), (None, "closed")]
)
def test_suppression_holds_to_the_last_active_day(until: date | None, status: str) -> None:
    """It counts when it reaches last_seen_on, and changes nothing but the status."""
    [alert] = alerts_of([50, 50, 0, 0, 0], [CRITICAL], until)
    assert (alert.status, alert.closed_on) == (status, day(5))


def test_families_and_entities_are_apart() -> None:
    """Two families of one store, and a suppression of another family."""
    cells = [daily_cell(day(1), {"mape_pct": 50.0, "coverage_pct": 50.0})]
    cells += [replace(cell, dimension_value="1128") for cell in cells]
    suppressions = [Suppression("mape", "store", "1128", day(9))]
    alerts = forecast_alerts(cells, seeds([CRITICAL, COVERAGE], suppressions))
    assert [(alert.family, alert.entity_value, alert.status) for alert in alerts] == [
        ("coverage", "1127", "open"),
        ("coverage", "1128", "open"),
        ("mape", "1127", "open"),
        ("mape", "1128", "suppressed"),
    ]


def test_an_unknown_comparison_is_an_error() -> None:
    """A malformed rule must not read as a rule that never holds."""
    with pytest.raises(ValueError, match="unknown comparison 'over'"):
        alerts_of([50], [replace(CRITICAL, comparison="over")])


def test_split_episodes_without_active_days() -> None:
    """Nothing opens."""
    assert split_episodes([day(1), day(2)], set()) == []
