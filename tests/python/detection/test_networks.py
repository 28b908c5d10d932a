"""Networks have the noise that is asked for, and a drop changes what it should and nothing else.

Tolerances are four standard errors of the statistic at the size drawn.
"""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dev.detection.networks import (
    CONTROL,
    Plan,
    Scenario,
    peer_group,
    revenue,
    revenue_frame,
    revenue_noise,
    scenarios,
    shop_no,
    truth_frame,
)
from dev.sample.columns import Floats

PLAN = Plan(seed=1, warm_up_days=21, judged_days=28)
GROUPS = range(300)
DROP = Scenario("D20", drop=0.2)


def own_noise(noise: Floats) -> Floats:
    """Return what is left of noise when the mean of the group is taken out."""
    own: Floats = noise - noise.mean(axis=1, keepdims=True)
    return own


def lag_1(series: Floats) -> float:
    """Return the correlation of neighbouring days."""
    return float(np.corrcoef(series[..., 1:].ravel(), series[..., :-1].ravel())[0, 1])


def test_own_noise_has_its_deviation_and_no_memory() -> None:
    """8.5 % around what the group shares; nothing from day to day."""
    own = own_noise(revenue_noise(PLAN, GROUPS))
    sd = np.sqrt((own**2).mean() * 10 / 9)
    assert sd == pytest.approx(0.085, abs=4 * 0.085 / np.sqrt(2 * own.size))
    assert lag_1(own) == pytest.approx(0, abs=4 / np.sqrt(own.size))


def test_shared_noise_has_its_deviation_and_memory() -> None:
    """The group's mean has the shared noise and a tenth of the own variance."""
    shared = revenue_noise(PLAN, GROUPS).mean(axis=1)
    variance = 0.085**2 * 1.1
    assert shared.var() == pytest.approx(variance, rel=4 * np.sqrt(2 / shared.size) * 1.1)
    assert lag_1(shared) == pytest.approx(0.2 / 1.1, abs=4 / np.sqrt(shared.size))


def test_noise_has_its_deviation_from_the_first_day() -> None:
    """An autoregressive series that started at a fixed value would begin too quiet or too loud."""
    first_days = revenue_noise(replace(PLAN, own_lag_1=0.9), range(1000))[:, :, 0]
    assert first_days.var() == pytest.approx(2 * 0.085**2, rel=4 * np.sqrt(2 / 1000))


def test_own_noise_may_have_memory() -> None:
    """The sensitivity: correlation 0.2 at the same deviation."""
    own = own_noise(revenue_noise(replace(PLAN, own_lag_1=0.2), GROUPS))
    assert lag_1(own) == pytest.approx(0.2, abs=4 / np.sqrt(own.size))
    sd = np.sqrt((own**2).mean() * 10 / 9)
    assert sd == pytest.approx(0.085, abs=5 * 0.085 / np.sqrt(2 * own.size))


def test_weekdays_have_the_profile() -> None:
    """Monday of the first week is a Monday's level, Sunday a Sunday's."""
    monday = replace(PLAN, first_date=date(2024, 1, 1))
    levels = revenue(monday, CONTROL, GROUPS) / np.exp(revenue_noise(monday, GROUPS))
    expected = 1116 * np.array([785, 810, 798, 792, 725, 620, 580]) / 730
    assert levels[0, 0, :7].tolist() == pytest.approx(expected.tolist())
    sunday = replace(PLAN, first_date=date(2023, 12, 31))
    levels = revenue(sunday, CONTROL, GROUPS) / np.exp(revenue_noise(sunday, GROUPS))
    assert levels[-1, -1, 0] == pytest.approx(expected[6])


def test_a_drop_takes_its_share_from_the_first_store_from_day_one() -> None:
    """Other stores and earlier days are those of the control to the last digit."""
    before, after = revenue(PLAN, CONTROL, range(3)), revenue(PLAN, DROP, range(3))
    changed = after / before
    assert changed[:, 0, 21:] == pytest.approx(0.8)
    changed[:, 0, 21:] = 1
    assert (changed == 1).all()


def test_a_slow_decline_takes_a_share_of_the_first_level_every_day() -> None:
    """One per cent on day 1, fifty from day 50 on."""
    plan = replace(PLAN, judged_days=60)
    slow = scenarios()[-1]
    changed = revenue(plan, slow, range(1)) / revenue(plan, CONTROL, range(1))
    assert changed[0, 0, 20] == 1
    assert changed[0, 0, [21, 22, 69, 70, 71, 80]] == pytest.approx(
        [0.99, 0.98, 0.51, 0.5, 0.5, 0.5]
    )


def test_scenarios_are_the_defined_sizes() -> None:
    """Five sudden drops and the slow decline, each with a code of its own."""
    found = scenarios()
    assert [scenario.drop for scenario in found] == [0.1, 0.15, 0.2, 0.3, 0.5, 0]
    assert len({scenario.code for scenario in [CONTROL, *found]}) == 7
    assert [scenario.is_control for scenario in [CONTROL, *found]] == [True] + 6 * [False]


def test_parts_equal_the_whole() -> None:
    """Any range of groups is the same with or without the others."""
    whole = revenue_frame(PLAN, DROP, range(4))
    parts = [revenue_frame(PLAN, DROP, range(2)), revenue_frame(PLAN, DROP, range(2, 4))]
    strings = {"shop_no": str, "peer_group": str}
    pd.testing.assert_frame_equal(
        whole.astype(strings), pd.concat(parts, ignore_index=True).astype(strings)
    )


def test_seeds_and_groups_differ() -> None:
    """Neither another seed nor another group repeats the noise."""
    noise = revenue_noise(PLAN, range(2))
    assert abs(np.corrcoef(noise[0].ravel(), noise[1].ravel())[0, 1]) < 0.5
    other = revenue_noise(replace(PLAN, seed=2), range(1))
    assert (noise[0] != other[0]).all()


def test_frame_has_a_row_per_store_and_day() -> None:
    """Rows are those of the arrays, in cents; names are unique over scenarios and short."""
    frame = revenue_frame(PLAN, DROP, range(7, 9))
    assert len(frame) == 2 * 10 * 49
    assert not frame.duplicated(["shop_no", "metric_date"]).any()
    row = frame[(frame["shop_no"] == "D20-00008-03") & (frame["metric_date"] == "2024-01-05")]
    assert row["peer_group"].tolist() == ["D20-00008"]
    assert row["revenue"].tolist() == [revenue(PLAN, DROP, range(7, 9))[1, 3, 4].round(2)]
    longest = shop_no(scenarios()[-1], 99_999, 9)
    assert len(longest) <= 16


def test_names_have_room_for_the_number() -> None:
    """A group beyond five digits is refused, as its name would sort and read wrongly."""
    with pytest.raises(ValueError, match="100000"):
        peer_group(CONTROL, 100_000)


def test_truth_names_every_store_of_a_control() -> None:
    """All stores are judged over the judged days; none has dropped."""
    truth = truth_frame(PLAN, CONTROL, range(2))
    assert truth["shop_no"].nunique() == len(truth) == 20
    assert truth["dropped_on"].isna().all()
    assert set(truth["judged_from"]) == {pd.Timestamp("2024-01-22")}
    assert set(truth["judged_to"]) == {pd.Timestamp("2024-02-18")}


def test_truth_names_the_store_that_drops() -> None:
    """The first store of each group, on the first judged day: where the frame has changed."""
    truth = truth_frame(PLAN, DROP, range(2))
    assert truth["shop_no"].tolist() == ["D20-00000-00", "D20-00001-00"]
    frame = revenue_frame(PLAN, DROP, range(2))
    changed = frame["revenue"].to_numpy() != revenue_frame(PLAN, CONTROL, range(2))["revenue"]
    assert set(frame.loc[changed, "shop_no"]) == set(truth["shop_no"])
    assert set(truth["dropped_on"]) == {frame.loc[changed, "metric_date"].min()}
