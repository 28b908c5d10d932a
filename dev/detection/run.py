"""Simulate, judge and collect: everything docs/detection.md reports.

Groups of stores go through the models in batches, each of which is one build; which method judges
and which KPIs are looked at is a matter of the seeds (`warehouse.Judge`).
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from queue import SimpleQueue

import pandas as pd

from dev.detection.bounds import DAYS_PER_YEAR
from dev.detection.eighth_avenue import VARIANTS
from dev.detection.eighth_avenue import revenue_frame as history_frame
from dev.detection.kpis import PAGING, draw_quantities, kpi_frame, kpi_values, own_sigma, shifted
from dev.detection.measure import HORIZON_DAYS
from dev.detection.networks import (
    CONTROL,
    Plan,
    Scenario,
    calendar_frame,
    revenue_frame,
    scenarios,
    truth_frame,
)
from dev.detection.parameters import load_network
from dev.detection.warehouse import Judge, all_kpis, kpi_dimensions

OWN_LAG_1 = 0.2
HISTORIES = range(100)
# Rows of one build: store, day and KPI. More need more memory, fewer more starts of dbt.
BATCH_ROWS = 1_500_000

Progress = Callable[[str], None]
# Peer groups of one scenario, by their numbers.
Job = tuple[Plan, Scenario, range]


@dataclass(frozen=True)
class Measured:
    """Alerts and the truth of the stores that they are about.

    Attributes:
        alerts: rows of `Judge.alerts`.
        truth: rows of `networks.truth_frame`.
    """

    alerts: pd.DataFrame
    truth: pd.DataFrame


@dataclass(frozen=True)
class Sizes:
    """How much is simulated.

    Attributes:
        store_years: in control, for the default method.
        drops: of every size, for the default method.
        other_share: how much of these two for the other methods and the sensitivity.
        kpi_store_years: in control with all KPIs.
        shifts: of every KPI that pages.
    """

    store_years: int
    drops: int
    other_share: float
    kpi_store_years: int
    shifts: int

    def groups(self, store_years: float) -> int:
        """Return how many peer groups in control have so many store-years, at least one."""
        days = Plan(0).judged_days * load_network().stores_per_group
        return max(1, round(store_years * DAYS_PER_YEAR / days))


@dataclass(frozen=True)
class Results:
    """Everything that is reported.

    Attributes:
        seed: of every simulation.
        methods: revenue in control and after drops, by method.
        sensitivity: revenue in control with correlated own noise, default method.
        budget: all KPIs in control, default method.
        shifts: one row per KPI that pages and shifted store: metric_name, days to CRITICAL
            (beyond the horizon: not found), is_alarming before the shift.
        histories: alerts of the histories of 8th Avenue, by method.
    """

    seed: int
    methods: dict[str, Measured]
    sensitivity: Measured
    budget: Measured
    shifts: pd.DataFrame
    histories: dict[str, pd.DataFrame]


@dataclass(frozen=True)
class Court:
    """Folders in which judges sit side by side.

    Attributes:
        folders: prepared by `warehouse.prepare`, one for each judge at a time.
        kept: folder of alerts that were found before, if they are kept.
        progress: told what was done, a line at a time.
    """

    folders: Sequence[Path]
    kept: Path | None
    progress: Progress

    def judge(
        self, method: str, metric_names: tuple[str, ...] = ("revenue",), alone: bool = True
    ) -> Judge:
        """Return a judge in the first folder."""
        return Judge(self.folders[0], method, metric_names, alone, self.kept)

    def alerts(self, judge: Judge, frames: Sequence[Callable[[], pd.DataFrame]]) -> pd.DataFrame:
        """Judge frames side by side and return the alerts of all.

        Args:
            judge: in whatever folder.
            frames: functions that simulate the stores of one build each.

        Raises:
            CommandError: a build failed.
        """
        free: SimpleQueue[Path] = SimpleQueue()
        for folder in self.folders:
            free.put(folder)

        def one(simulate: Callable[[], pd.DataFrame]) -> pd.DataFrame:
            folder = free.get()
            try:
                frame = simulate()
                found = replace(judge, folder=folder).alerts(frame)
                kpis = len(judge.metric_names)
                self.progress(f"{judge.method}, {kpis} KPIs: {len(frame):,} store-days judged")
                return found
            finally:
                free.put(folder)

        with ThreadPoolExecutor(len(self.folders)) as pool:
            return pd.concat(pool.map(one, frames), ignore_index=True)


def measure_all(court: Court, seed: int, sizes: Sizes, methods: tuple[str, ...]) -> Results:
    """Simulate and judge everything.

    Args:
        court: where.
        seed: 0 or more.
        sizes: how much of everything.
        methods: the first is the default method, which gets the full sizes.

    Raises:
        CommandError: a build failed.
    """
    default, *others = methods
    share = dict.fromkeys(others, sizes.other_share) | {default: 1.0}
    measured = {
        method: judge_revenue(
            court,
            method,
            Plan(seed),
            sizes.groups(sizes.store_years * share[method]),
            max(1, round(sizes.drops * share[method])),
        )
        for method in methods
    }
    correlated = sizes.groups(sizes.store_years * sizes.other_share)
    return Results(
        seed,
        measured,
        judge_revenue(court, default, Plan(seed, own_lag_1=OWN_LAG_1), correlated, 0),
        judge_kpis(court, default, Plan(seed), sizes.groups(sizes.kpi_store_years)),
        judge_shifts(court, default, Plan(seed, judged_days=HORIZON_DAYS), sizes.shifts),
        {
            method: judge_histories(court, court.judge(method, alone=method != default), seed)
            for method in (default, "rolling_28d")
        },
    )


def judge_revenue(court: Court, method: str, plan: Plan, groups: int, drops: int) -> Measured:
    """Judge revenue in control and after drops of every size.

    Args:
        court: where.
        method: that judges.
        plan: of the stores in control; those that drop are followed for the horizon.
        groups: peer groups in control.
        drops: of each scenario, if any.
    """
    short = replace(plan, judged_days=HORIZON_DAYS)
    jobs = [
        (plan, CONTROL, range(groups)),
        *((short, scenario, range(drops)) for scenario in scenarios()),
    ]
    batches = list(_batches(jobs, BATCH_ROWS))
    return Measured(
        court.alerts(court.judge(method), [partial(_revenue, batch) for batch in batches]),
        pd.concat([truth_frame(*job) for batch in batches for job in batch], ignore_index=True),
    )


def judge_kpis(court: Court, method: str, plan: Plan, groups: int) -> Measured:
    """Judge all KPIs in control.

    Args:
        court: where.
        method: that judges.
        plan: seed and length.
        groups: peer groups.
    """
    names = all_kpis()
    numbers = _numbers(plan, groups, BATCH_ROWS // len(names))
    simulations = [partial(_all_kpis, plan, some) for some in numbers]
    return Measured(
        court.alerts(court.judge(method, names), simulations),
        pd.concat([truth_frame(plan, CONTROL, some) for some in numbers], ignore_index=True),
    )


def judge_shifts(court: Court, method: str, plan: Plan, groups: int) -> pd.DataFrame:
    """Shift every KPI that pages and measure the days to CRITICAL.

    The first store of a group has the first KPI shifted, the second the second: nine of ten
    stores are in control in every KPI.

    Args:
        court: where.
        method: that judges.
        plan: the shift is on its first judged day.
        groups: peer groups, each of which has one shift of every KPI.

    Returns:
        One row per shift: metric_name, peer_group, days to CRITICAL (missing when not found) and
        is_alarming, whether the store was alarming in the KPI's dimension before the shift.
    """
    numbers = _numbers(plan, groups, BATCH_ROWS // len(PAGING))
    simulations = [partial(_shifted_frame, plan, some) for some in numbers]
    alerts = court.alerts(court.judge(method, tuple(PAGING)), simulations)
    return _days_to_critical(alerts, plan, truth_frame(plan, CONTROL, range(groups)))


def judge_histories(court: Court, judge: Judge, seed: int) -> pd.DataFrame:
    """Judge a hundred histories of 8th Avenue with each kind of peers; return the alerts."""
    return court.alerts(judge, [partial(_histories, seed)])


def _histories(seed: int) -> pd.DataFrame:
    frames = [_named(history_frame(seed, variant, HISTORIES)) for variant in VARIANTS]
    return pd.concat(frames, ignore_index=True)


def _revenue(batch: list[Job]) -> pd.DataFrame:
    return pd.concat([_named(revenue_frame(*job)) for job in batch], ignore_index=True)


def _all_kpis(plan: Plan, numbers: range) -> pd.DataFrame:
    return _named(kpi_frame(plan, numbers))


def _numbers(plan: Plan, groups: int, most_rows: int) -> list[range]:
    """Cut the groups in control of a plan into builds of at most so many store-days."""
    batches = _batches([(plan, CONTROL, range(groups))], most_rows)
    return [numbers for batch in batches for _, _, numbers in batch]


def _shifted_frame(plan: Plan, groups: range) -> pd.DataFrame:
    frame = _named(calendar_frame(plan, CONTROL, groups))
    values = kpi_values(draw_quantities(plan, groups))
    for store, (name, (transform, _)) in enumerate(PAGING.items()):
        quiet = values[name]
        sigma = own_sigma(quiet, transform)
        changed = quiet.copy()
        changed[:, store:] = shifted(quiet[:, store:], name, sigma, plan)
        frame[name] = changed.ravel()
    return frame


def _days_to_critical(alerts: pd.DataFrame, plan: Plan, truth: pd.DataFrame) -> pd.DataFrame:
    dimension_of = kpi_dimensions()
    stores = load_network().stores_per_group
    begin = pd.Timestamp(plan.judged_from)
    parts = []
    for store, name in enumerate(PAGING):
        shops = truth.iloc[store::stores]
        raised = alerts[
            alerts["shop_no"].isin(shops["shop_no"]) & (alerts["dimension"] == dimension_of[name])
        ]
        still_open = raised["closed_on"].isna() | (raised["closed_on"] >= begin)
        alarming = raised.loc[(raised["opened_on"] < begin) & still_open, "shop_no"]
        found = raised[raised["opened_on"] >= begin].groupby("shop_no")["critical_on"].min()
        critical_on = pd.to_datetime(found.reindex(shops["shop_no"]))
        parts.append(
            pd.DataFrame(
                {
                    "metric_name": name,
                    "peer_group": shops["peer_group"].to_numpy(),
                    "days": (critical_on - begin).dt.days.to_numpy() + 1,
                    "is_alarming": shops["shop_no"].isin(alarming).to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _batches(jobs: list[Job], most_rows: int) -> Iterator[list[Job]]:
    """Cut the groups of every job so that a batch has at most so many store-days."""
    batch: list[Job] = []
    room = most_rows
    for plan, scenario, groups in jobs:
        rows = plan.days * load_network().stores_per_group
        first = groups.start
        while first < groups.stop:
            count = min(groups.stop - first, room // rows)
            if count == 0:
                yield batch
                batch, room = [], max(most_rows, rows)
                continue
            batch.append((plan, scenario, range(first, first + count)))
            first, room = first + count, room - count * rows
    if batch:
        yield batch


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Turn categories into text: those of several simulations differ."""
    return frame.astype({"shop_no": str, "peer_group": str})
