"""Simulate, judge and collect: everything docs/detection.md reports.

Groups of stores go through the models in batches, each of which is one build; which method judges
and which KPIs are looked at is a matter of the seeds (`warehouse.Judge`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

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
from dev.detection.warehouse import Judge, all_kpis

OWN_LAG_1 = 0.2
# Its target lies nearest to what is expected, so it takes the most drops to decide.
CLOSEST = "D20"
HISTORIES = range(100)
# Rows of one build: store, day and KPI. More need more memory, fewer more starts of dbt.
BATCH_ROWS = 1_500_000

Progress = Callable[[str], None]


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
        closest_drops: of the size whose target is the closest.
        other_share: how much of both for the other methods and the sensitivity.
        kpi_store_years: in control with all KPIs.
        shifts: of every KPI that pages.
    """

    store_years: int
    drops: int
    closest_drops: int
    other_share: float
    kpi_store_years: int
    shifts: int

    def groups(self, store_years: float) -> int:
        """Return how many peer groups in control have so many store-years, at least one."""
        days = Plan(0).judged_days * load_network().stores_per_group
        return max(1, round(store_years * DAYS_PER_YEAR / days))

    def drops_by_scenario(self, share: float) -> dict[Scenario, int]:
        """Return how many drops of every size make so much of the whole."""
        return {
            scenario: max(
                1, round(share * (self.closest_drops if scenario.code == CLOSEST else self.drops))
            )
            for scenario in scenarios()
        }


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


def measure_all(
    folder: Path, seed: int, sizes: Sizes, methods: tuple[str, ...], progress: Progress
) -> Results:
    """Simulate and judge everything.

    Args:
        folder: prepared by `warehouse.prepare`.
        seed: 0 or more.
        sizes: how much of everything.
        methods: the first is the default method, which gets the full sizes.
        progress: told what was done, a line at a time.

    Raises:
        CommandError: a build failed.
    """
    default, *others = methods
    share = dict.fromkeys(others, sizes.other_share) | {default: 1.0}
    measured = {
        method: judge_revenue(
            Judge(folder, method),
            Plan(seed),
            sizes.groups(sizes.store_years * share[method]),
            sizes.drops_by_scenario(share[method]),
            progress,
        )
        for method in methods
    }
    correlated = sizes.groups(sizes.store_years * sizes.other_share)
    return Results(
        seed,
        measured,
        judge_revenue(
            Judge(folder, default), Plan(seed, own_lag_1=OWN_LAG_1), correlated, {}, progress
        ),
        judge_kpis(folder, Plan(seed), sizes.groups(sizes.kpi_store_years), progress),
        judge_shifts(folder, Plan(seed, judged_days=HORIZON_DAYS), sizes.shifts, progress),
        {
            method: judge_histories(Judge(folder, method, alone=method != default), seed, progress)
            for method in (default, "rolling_28d")
        },
    )


def judge_revenue(
    judge: Judge, plan: Plan, groups: int, drops: dict[Scenario, int], progress: Progress
) -> Measured:
    """Judge revenue in control and after drops of every size.

    Args:
        judge: of any method.
        plan: of the stores in control; those that drop are followed for the horizon.
        groups: peer groups in control.
        drops: how many of each scenario.
        progress: told of every batch.
    """
    short = replace(plan, judged_days=HORIZON_DAYS)
    jobs = [
        (plan, CONTROL, range(groups)),
        *((short, scenario, range(count)) for scenario, count in drops.items()),
    ]
    alerts: list[pd.DataFrame] = []
    truth: list[pd.DataFrame] = []
    for batch in _batches(jobs, BATCH_ROWS):
        frame = pd.concat([_named(revenue_frame(*job)) for job in batch], ignore_index=True)
        alerts.append(judge.alerts(frame))
        truth.extend(truth_frame(*job) for job in batch)
        progress(f"{judge.method}: {len(frame):,} store-days judged")
    return Measured(pd.concat(alerts, ignore_index=True), pd.concat(truth, ignore_index=True))


def judge_kpis(folder: Path, plan: Plan, groups: int, progress: Progress) -> Measured:
    """Judge all KPIs in control.

    Args:
        folder: prepared by `warehouse.prepare`.
        plan: seed and length.
        groups: peer groups.
        progress: told of every batch.
    """
    names = all_kpis()
    judge = Judge(folder, metric_names=names)
    alerts: list[pd.DataFrame] = []
    truth: list[pd.DataFrame] = []
    for batch in _batches([(plan, CONTROL, range(groups))], BATCH_ROWS // len(names)):
        ((_, _, numbers),) = batch
        alerts.append(judge.alerts(_named(kpi_frame(plan, numbers))))
        truth.append(truth_frame(plan, CONTROL, numbers))
        progress(f"all KPIs: {len(numbers)} groups judged")
    return Measured(pd.concat(alerts, ignore_index=True), pd.concat(truth, ignore_index=True))


def judge_shifts(folder: Path, plan: Plan, groups: int, progress: Progress) -> pd.DataFrame:
    """Shift every KPI that pages and measure the days to CRITICAL.

    The first store of a group has the first KPI shifted, the second the second: nine of ten
    stores are in control in every KPI.

    Args:
        folder: prepared by `warehouse.prepare`.
        plan: the shift is on its first judged day.
        groups: peer groups, each of which has one shift of every KPI.
        progress: told of every batch.

    Returns:
        One row per shift: metric_name, peer_group, days to CRITICAL (missing when not found) and
        is_alarming, whether the store was alarming in the KPI's dimension before the shift.
    """
    judge = Judge(folder, metric_names=tuple(PAGING))
    parts = []
    for batch in _batches([(plan, CONTROL, range(groups))], BATCH_ROWS // len(PAGING)):
        ((_, _, numbers),) = batch
        alerts = judge.alerts(_shifted_frame(plan, numbers))
        parts.append(_days_to_critical(alerts, plan, truth_frame(plan, CONTROL, numbers), judge))
        progress(f"shifts: {len(numbers)} groups judged")
    return pd.concat(parts, ignore_index=True)


def judge_histories(judge: Judge, seed: int, progress: Progress) -> pd.DataFrame:
    """Judge a hundred histories of 8th Avenue with each kind of peers; return the alerts."""
    frames = [_named(history_frame(seed, variant, HISTORIES)) for variant in VARIANTS]
    alerts = judge.alerts(pd.concat(frames, ignore_index=True))
    progress(f"8th Avenue, {judge.method}: {len(HISTORIES) * len(VARIANTS)} histories judged")
    return alerts


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


def _days_to_critical(
    alerts: pd.DataFrame, plan: Plan, truth: pd.DataFrame, judge: Judge
) -> pd.DataFrame:
    dimensions = judge.query("select metric_name, dimension from store_kpis")
    dimension_of = dict(dimensions.itertuples(index=False, name=None))
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


Job = tuple[Plan, Scenario, range]


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
