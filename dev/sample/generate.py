"""The rows of all ten feeds, day by day and site by site."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from dev.sample.calendar import HORIZON_END, HORIZON_START, PREDICTIONS_START, Day, days
from dev.sample.columns import small_integers, texts
from dev.sample.demand import Demand
from dev.sample.forecasts import predictions
from dev.sample.orders import orders
from dev.sample.quality import expiry_records, qc_tasks
from dev.sample.siteday import SiteDay
from dev.sample.staffing import attendance
from dev.sample.stock import stock_changes
from dev.sample.stores import MAX_STORES, Site, non_stores, roster
from loader.errors import ConfigError

SHOP_OPEN = 1
HIGHEST_SCALE = 10.0


@dataclass(frozen=True)
class Plan:
    """What to write.

    Attributes:
        first: first local business date.
        last: last one, included.
        scale: multiplies prediction versions and stock postings; 1 is the reference volume.
        stores: number of stores.
        seed: the same seed gives the same rows; the default is one whose two weeks in February
            2026 lie within about a point of the inaugural analysis.
        until: the sources as they stood at the end of this day; None for long afterwards.

    Raises:
        ConfigError: if a value is out of range; the message names the option.
    """

    first: date = date(2025, 6, 30)
    last: date = date(2026, 2, 28)
    scale: float = 0.2
    stores: int = 10
    seed: int = 12
    until: date | None = None

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise ConfigError(f"--from {self.first} is after --to {self.last}")
        if self.first < HORIZON_START or self.last > HORIZON_END:
            raise ConfigError(f"days must lie between {HORIZON_START} and {HORIZON_END}")
        if not 0 < self.scale <= HIGHEST_SCALE:
            raise ConfigError(f"--scale must be above 0 and at most {HIGHEST_SCALE:g}")
        if self.seed < 0:
            raise ConfigError("--seed must not be negative")
        if not 1 <= self.stores <= MAX_STORES:
            raise ConfigError(f"--stores must be between 1 and {MAX_STORES}")

    @property
    def days(self) -> int:
        """Number of days with rows."""
        last = min(self.last, self.until or self.last)
        return max((last - self.first).days + 1, 0)


Rows = tuple[str, int, pa.RecordBatch]  # feed, position of the table among the feed's, rows


def snapshots(plan: Plan) -> Iterator[Rows]:
    """Yield the feeds without a date: shops and their departments."""
    shops = [site for site in roster(plan.stores) + non_stores() if site.shop_no is not None]
    numbers = [str(site.shop_no) for site in shops]
    yield (
        "shops",
        0,
        pa.RecordBatch.from_pydict(
            {
                "shop_no": texts(numbers),
                "shop_name": texts([site.name for site in shops]),
                "status": small_integers(SHOP_OPEN, len(shops)),
                "open_date": pa.array([site.open_date for site in shops]),
            }
        ),
    )
    yield (
        "shop_depts",
        0,
        pa.RecordBatch.from_pydict(
            {
                "shop_no": texts(numbers),
                "dept_id": small_integers([site.dept_id for site in shops]),
            }
        ),
    )


def daily(plan: Plan) -> Iterator[tuple[date, list[Rows]]]:
    """Yield every day of the plan with its rows, of every site that has some."""
    demand = Demand(plan.seed)
    sites = roster(plan.stores) + non_stores()
    until = Day(plan.until or HORIZON_END)
    for day in days(plan.first, plan.days):
        present = [SiteDay(plan.seed, site, day, until) for site in sites if has_rows(site, day)]
        yield day.date, [rows for at in present for rows in _rows(plan, demand, at)]


def has_rows(site: Site, day: Day) -> bool:
    """Return whether a site has rows on a day."""
    return site.open_date <= day.date and day.ordinal % site.every == 0


def _rows(plan: Plan, demand: Demand, at: SiteDay) -> Iterator[Rows]:
    consumption = demand.consumption(at.site, at.day)
    if at.day.date >= PREDICTIONS_START:
        yield "order_predictions", 0, predictions(at, consumption, plan.scale)
    weekday_table = at.day.date.weekday()
    yield "stock_changes", weekday_table, stock_changes(at, consumption, plan.scale)
    valid, revenue = demand.orders(at.site, at.day), demand.revenue_cents(at.site, at.day)
    for feed, batch in orders(at, valid, revenue).items():
        yield feed, 0, batch
    yield "expiry_records", 0, expiry_records(at)
    yield "qc_tasks", 0, qc_tasks(at)
    yield "attendance", 0, attendance(at)
