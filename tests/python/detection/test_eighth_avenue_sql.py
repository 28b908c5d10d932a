"""A hundred histories of the flagship's decline, through the models."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from dev.detection.backtest import OPENED_FROM, shares_found
from dev.detection.eighth_avenue import revenue_frame
from dev.detection.warehouse import Judge, prepare

HISTORIES = range(100)
FLAGSHIP = "US00001"
SEED = 20261124


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a prepared project copy with an empty warehouse."""
    return prepare(tmp_path_factory.mktemp("detection") / "warehouse")


@pytest.fixture(scope="module")
def judge(folder: Path) -> Judge:
    """Return what judged the histories, the first flagship under its own name."""
    judged = Judge(folder, alone=False)
    frame = revenue_frame(SEED, "maturing", HISTORIES)
    judged.build(frame.replace({"shop_no": {"A0-00000-00": FLAGSHIP}}), "int_store__alert_episodes")
    return judged


def test_decline_is_found_in_time(judge: Judge) -> None:
    """WARNING by 23 November and CRITICAL by 7 December, in at least 95 of 100."""
    alerts = judge.query("select * from int_store__alert_episodes")
    alerts = alerts.replace({"shop_no": {FLAGSHIP: "A0-00000-00"}})
    shares = shares_found(alerts, "maturing", HISTORIES)
    assert shares["WARNING"] >= 0.95
    assert shares["CRITICAL"] >= 0.95


def test_analysis_shows_the_sequence(judge: Judge) -> None:
    """It tells the state of the alert on every day, as the episode of the same store has it."""
    rows = judge.query(judge.compiled("eighth_avenue"))
    episodes = judge.query(
        "select opened_on, critical_on from int_store__alert_episodes"
        " where shop_no = ? and opened_on >= ?",
        [FLAGSHIP, OPENED_FROM.date()],
    )
    assert len(episodes) == 1
    opened_on = pd.Timestamp(episodes["opened_on"].item())
    critical_on = pd.Timestamp(episodes["critical_on"].item())
    days = pd.to_datetime(rows["metric_date"])
    assert days.is_monotonic_increasing
    assert days.is_unique
    states = rows["alert_state"]
    assert set(states[days < opened_on]) == {"none"}
    assert set(states[(days >= opened_on) & (days < critical_on)]) == {"WARNING"}
    assert set(states[days >= critical_on]) == {"CRITICAL"}
    critical = rows[days == critical_on]
    assert (critical["critical_cusum_low"] > critical["critical_h"]).all()


def test_kept_alerts_are_those_that_were_found(folder: Path, tmp_path: Path) -> None:
    """What was judged is read again, and only by a judge who would judge the same."""
    judge = Judge(folder, kept=tmp_path / "kept")
    frame = revenue_frame(SEED, "maturing", range(1))
    frame = frame.astype({"shop_no": str, "peer_group": str})
    found = judge.alerts(frame)
    assert len(found) > 0
    (file,) = (tmp_path / "kept").iterdir()
    pd.testing.assert_frame_equal(judge.alerts(frame), found)
    assert list((tmp_path / "kept").iterdir()) == [file]

    other = frame.assign(revenue=frame["revenue"] + 1)
    flags_alone = replace(judge, method="rolling_28d")
    names = {file.stem}
    for sitting, stores in ((judge, other), (flags_alone, frame)):
        sitting.alerts(stores)
        names |= {it.stem for it in (tmp_path / "kept").iterdir()}
    assert len(names) == 3
