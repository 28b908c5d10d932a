"""Orders follow the 8th Avenue history; the other stores open at half their level."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from dev.sample.calendar import HORIZON_START, Day
from dev.sample.demand import FLAGSHIP_HISTORY, Demand, apportion
from dev.sample.generate import Plan
from dev.sample.orders import orders
from dev.sample.siteday import SiteDay
from dev.sample.stores import roster

from .source_rows import local, sum_decimals

VALID = [2, 3, 5, 6, 7, 8, 9]
SEED = Plan().seed
# Case study, section 2.1: written out again, so that a slip in the generator's own table shows.
MONTHS = {
    "2025-06": (739, 2_057),
    "2025-07": (19_725, 76_918),
    "2025-08": (20_093, 86_661),
    "2025-09": (22_622, 101_169),
    "2025-10": (23_048, 106_397),
    "2025-11": (18_974, 86_101),
    "2025-12": (14_152, 68_543),
    "2026-01": (11_156, 51_837),
    "2026-02": (7_671, 35_698),
}


@cache
def flagship_trades(seed: int) -> pd.DataFrame:
    """Return all trades of department 1127 up to 15 February 2026."""
    site, demand = roster()[0], Demand(seed)
    parts = []
    for offset in range((date(2026, 2, 15) - HORIZON_START).days + 1):
        day = Day(HORIZON_START + timedelta(days=offset))
        rows = orders(
            SiteDay(seed, site, day, Day(date(2029, 1, 1))),
            demand.orders(site, day),
            demand.revenue_cents(site, day),
        )
        parts.append(rows["trades"].to_pandas())
    trades: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return trades


@pytest.mark.parametrize("seed", [SEED, 3])
def test_months_to_the_order_and_to_the_cent(seed: int) -> None:
    """Valid orders and revenue of every month are those of the case study."""
    trades = flagship_trades(seed)
    valid = trades[trades["order_status"].isin(VALID)]
    for month, rows in valid.groupby(local(valid["pay_time"]).dt.strftime("%Y-%m")):
        count, revenue = MONTHS[str(month)]
        assert rows["order_no"].nunique() == count, month
        assert sum_decimals(rows["pay_money"]) == revenue * 10_000, month


def test_the_generator_has_every_month() -> None:
    """The table above leaves none out."""
    assert len(FLAGSHIP_HISTORY) == len(MONTHS)


def test_statuses_and_missing_values() -> None:
    """Unpaid orders have no payment time, guests no member number."""
    trades = flagship_trades(SEED)
    assert set(trades["order_status"]) == {1, 4, *VALID}
    assert (trades["pay_time"].isna() == (trades["order_status"] == 1)).all()
    assert 0.1 < trades["member_no"].isna().mean() < 0.2
    assert trades["order_no"].is_unique
    assert trades["pay_money"].min() > 0


def test_the_day_peaks_between_nine_and_ten() -> None:
    """Orders peak between 9 and 10 in New York."""
    hours = local(flagship_trades(SEED)["pay_time"].dropna()).dt.hour
    assert hours.mode()[0] == 9
    assert hours.between(7, 18).mean() > 0.98


def test_weekdays_follow_the_profile() -> None:
    """Every weekday sells more than a weekend day."""
    demand, site = Demand(SEED), roster()[0]
    october = [Day(date(2025, 10, 1) + timedelta(days=offset)) for offset in range(31)]
    weekdays = pd.Series(
        [demand.orders(site, day) for day in october], [day.date.weekday() for day in october]
    )
    mean = weekdays.groupby(level=0).mean()
    assert mean[:5].min() > mean[5:].max()


def test_other_stores_open_at_half_their_level() -> None:
    """A store's first week is a little above half of its level a year on."""
    growth = []
    for seed in range(20):
        demand = Demand(seed)
        for site in roster()[1:]:
            opening = (site.open_date - HORIZON_START).days
            week = [demand.orders(site, _day(opening + offset)) for offset in range(7)]
            mature = [demand.orders(site, _day(opening + 364 + offset)) for offset in range(7)]
            growth.append(sum(week) / sum(mature))
    # The first week is already a little above one half: 1 - 0.5 exp(-3/30) = 0.55.
    assert np.mean(growth) == pytest.approx(0.55, abs=0.03)


def test_about_2400_orders_a_day_at_ten_stores() -> None:
    """Ten stores have about 2,400 orders a day."""
    demand = Demand(SEED)
    days = [Day(date(2026, 2, 14) + timedelta(days=offset)) for offset in range(14)]
    daily = [sum(demand.orders(site, day) for site in roster()) for day in days]
    assert np.mean(daily) == pytest.approx(2_400, rel=0.08)


def test_apportion_adds_up() -> None:
    """Whole parts of a whole number add up to it."""
    weights = np.array([0.1, 5.0, 3.3, 0.0])
    assert apportion(100, weights).sum() == 100
    assert apportion(0, weights).sum() == 0
    assert list(apportion(7, np.ones(3))) == [3, 2, 2]


def _day(ordinal: int) -> Day:
    return Day(HORIZON_START + timedelta(days=ordinal))
