"""Histories are exact to the month; peers open and grow as their variant says."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from dev.detection.eighth_avenue import (
    DAYS,
    VARIANTS,
    flagship_revenue,
    peer_revenue,
    revenue_frame,
    stores_frame,
)

# Case study, section 2.1, as definitions.md repeats it.
MONTHS = {
    "2025-07": 76_918,
    "2025-08": 86_661,
    "2025-09": 101_169,
    "2025-10": 106_397,
    "2025-11": 86_101,
    "2025-12": 68_543,
    "2026-01": 51_837,
}
QUIET = np.zeros(DAYS)
HISTORIES = range(40)


@cache
def maturing() -> pd.DataFrame:
    """Return forty histories, the stores' openings beside each row."""
    stores = stores_frame("maturing", HISTORIES)
    return revenue_frame(6, "maturing", HISTORIES).merge(stores, on=["shop_no", "peer_group"])


def test_months_are_exact_to_the_cent() -> None:
    """Every history of the flagship adds up to the case study's months."""
    flagship = maturing()[maturing()["is_flagship"]]
    months = flagship["metric_date"].dt.strftime("%Y-%m")
    cents = (flagship["revenue"] * 100).round().astype(int)
    sums = cents.groupby([flagship["peer_group"], months]).sum().unstack()
    assert len(sums) == 40
    for month, total in MONTHS.items():
        assert set(sums[month]) == {total * 100}, month


def test_histories_differ_within_a_month() -> None:
    """Days vary by the two noises: 12 % together, a little less for the exact sum."""
    flagship = maturing()[maturing()["is_flagship"]]
    days = np.log(flagship["revenue"].to_numpy().reshape(40, DAYS)[:, 1:])
    sd = days.std(axis=0, ddof=1).mean()
    assert sd == pytest.approx(0.085 * np.sqrt(2), rel=0.05)


def test_level_is_linear_between_the_middles_of_the_months() -> None:
    """Without noise, the weeks from mid-October to mid-November fall in equal steps."""
    revenue = flagship_revenue(QUIET)
    mondays = revenue[[day for day in range(DAYS) if day % 7 == 0]]
    first = (date(2025, 10, 20) - date(2025, 6, 30)).days // 7
    steps = np.diff(mondays[first : first + 2])
    assert steps[0] < 0
    # Rescaling a whole month moves its level by under 2 %.
    by_hand = -7 * (106_397 / 31 - 86_101 / 30) / 30.5 * 785 / 730
    assert steps[0] == pytest.approx(by_hand, rel=0.02)


def test_peers_open_when_the_roster_says() -> None:
    """Eight others open by January; the tenth store opens too late."""
    stores = stores_frame("flat", range(1))
    openings = sorted(stores.loc[~stores["is_flagship"], "open_date"].dt.strftime("%Y-%m-%d"))
    assert openings == [
        "2025-06-30",
        "2025-08-04",
        "2025-08-18",
        "2025-09-08",
        "2025-11-03",
        "2025-12-01",
        "2025-12-08",
        "2025-12-15",
    ]
    assert stores["is_flagship"].sum() == 1
    firsts = maturing().groupby("shop_no")["metric_date"].min()
    opened = stores_frame("maturing", HISTORIES).set_index("shop_no")["open_date"]
    assert (firsts.sort_index() == opened.sort_index()).all()
    assert maturing()["metric_date"].max() == pd.Timestamp("2026-01-31")


def test_maturing_peers_open_at_half_their_level() -> None:
    """1 - 0.5 e^(-age/30): half on the first day, 0.816 after thirty, nearly all after 150."""
    opened = date(2025, 8, 4)
    level = peer_revenue("maturing", opened, QUIET) / peer_revenue("flat", opened, QUIET)
    first = (opened - date(2025, 6, 30)).days
    assert level[[first, first + 30, first + 150]] == pytest.approx(
        [0.5, 1 - 0.5 / np.e, 1 - 0.5 * np.exp(-5)], abs=1e-4
    )


def test_growing_peers_gain_over_the_period() -> None:
    """Nothing on the first day, 22 % on the last, half of it half-way."""
    opened = date(2025, 6, 30)
    level = peer_revenue("growing", opened, QUIET) / peer_revenue("flat", opened, QUIET)
    assert level[[0, -1]] == pytest.approx([1, 1.22], abs=1e-4)
    assert level[(DAYS - 1) // 2] == pytest.approx(1.11, abs=1e-3)


def test_flat_peers_have_the_weekday_profile_and_nothing_else() -> None:
    """Every week is the first."""
    revenue = peer_revenue("flat", date(2025, 6, 30), QUIET)
    assert revenue[0] == pytest.approx(1116 * 785 / 730, abs=0.01)
    assert (revenue[7:] == revenue[:-7]).all()


def test_noise_is_shared_by_the_stores_of_a_history() -> None:
    """Half of the variance is common to a history's stores, none to two histories."""
    rows = maturing().pivot(index="metric_date", columns="shop_no", values="revenue").dropna(axis=1)
    noise = rows.transform(np.log).diff(7).dropna()
    flagships, peers = noise.columns[0::2], noise.columns[1::2]
    same = [noise[a].corr(noise[b]) for a, b in zip(flagships, peers, strict=True)]
    other = [noise[a].corr(noise[b]) for a, b in zip(flagships[1:], peers[:-1], strict=True)]
    assert np.mean(same) == pytest.approx(0.5, abs=0.05)
    assert np.mean(other) == pytest.approx(0, abs=0.05)


def test_variants_share_the_flagship_and_parts_equal_the_whole() -> None:
    """Only the peers tell the variants apart; a history is the same alone."""
    frames = [revenue_frame(6, variant, range(3, 4)) for variant in VARIANTS]
    firsts = [frame["revenue"].to_numpy()[:DAYS] for frame in frames]
    assert (firsts[0] == firsts[1]).all()
    assert (firsts[0] == firsts[2]).all()
    assert len({name for frame in frames for name in frame["shop_no"]}) == 27
    alone = maturing()[maturing()["peer_group"] == "A0-00003"]["revenue"]
    assert alone.tolist() == frames[0]["revenue"].tolist()


def test_unknown_variant_is_refused() -> None:
    """The message lists the variants."""
    with pytest.raises(ValueError, match="maturing"):
        revenue_frame(1, "shrinking", range(1))
