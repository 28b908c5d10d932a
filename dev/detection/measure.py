"""Figures of detection with their standard errors, from alerts and the truth.

Alerts are rows of store_alerts; the truth is that of `networks.truth_frame`. Nothing here knows
how alerts were made.

* A **false alert** is one of a store in control: an episode that opened on a judged day counts as
  WARNING, whatever became of it; one that became CRITICAL on a judged day counts as CRITICAL too.
* The day of a drop is day 1. What is not found within 60 days counts 61. A store whose episode
  was open on the evening before the drop is left out, and counted: its alarm says nothing.
* Standard errors are those of the mean over peer groups, whose stores share noise.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from dev.detection.bounds import DAYS_PER_YEAR
from dev.sample.columns import Floats

HORIZON_DAYS = 60
SEVERITIES = {"WARNING": "opened_on", "CRITICAL": "critical_on"}


def figures(alerts: Mapping[str, pd.DataFrame], truth: pd.DataFrame) -> pd.DataFrame:
    """Measure several methods against one truth.

    Args:
        alerts: rows of store_alerts by the name of the method that raised them: shop_no,
            entity_type, opened_on, critical_on and closed_on; the dates are dates or datetimes,
            missing where there is none. Alerts of peer groups and of stores that are not judged
            are ignored (`peer_group_alerts` counts the former).
        truth: rows of `networks.truth_frame`, any number of scenarios.

    Returns:
        One row per method, scenario, figure and severity:
        `false_alerts_per_store_year` (n: store-years) for scenarios in control; `mean_days` and
        `found_share`, the share found within the horizon, for the others (n: drops measured,
        left_out: drops of stores that were already alarming); with value and standard_error.
    """
    rows = []
    for method, raised in alerts.items():
        stores = _of_stores(raised)
        for scenario, judged in truth.groupby("scenario", sort=False):
            measure = _control if judged["dropped_on"].isna().all() else _detection
            rows += [
                {"method": method, "scenario": scenario, **row} for row in measure(stores, judged)
            ]
    return pd.DataFrame(rows)


def peer_group_alerts(alerts: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    """Count the alerts of whole peer groups, which are reported apart.

    Args:
        alerts: rows of store_alerts; those with entity_type peer_group name the group in shop_no.
        truth: rows of `networks.truth_frame`; only scenarios in control are used.

    Returns:
        One row per severity: alerts per group and year with the standard error over groups.
    """
    control = truth[truth["dropped_on"].isna()]
    groups = control.drop_duplicates("peer_group").assign(shop_no=lambda rows: rows["peer_group"])
    raised = _dated(alerts[alerts["entity_type"] == "peer_group"])
    return pd.DataFrame(_control(raised, groups, "alerts_per_group_year"))


def share_found_by(
    alerts: pd.DataFrame,
    shops: list[str],
    opened_from: pd.Timestamp,
    warning_by: pd.Timestamp,
    critical_by: pd.Timestamp,
) -> pd.DataFrame:
    """Return the share of stores with an alert by a date (the 8th Avenue back-test).

    Args:
        alerts: rows of store_alerts.
        shops: one store per history.
        opened_from: alerts that opened before do not count.
        warning_by: last date for an episode to open.
        critical_by: last date for it to become CRITICAL.

    Returns:
        One row per severity: value and standard_error (binomial), n.
    """
    raised = _of_stores(alerts)
    counted = raised[raised["shop_no"].isin(shops) & (raised["opened_on"] >= opened_from)]
    last = {"WARNING": warning_by, "CRITICAL": critical_by}
    rows = []
    for severity, column in SEVERITIES.items():
        found = counted.loc[counted[column] <= last[severity], "shop_no"].nunique()
        share = found / len(shops)
        error = float(np.sqrt(share * (1 - share) / len(shops)))
        rows.append(_row("found_share", severity, (share, error), n=len(shops)))
    return pd.DataFrame(rows)


def _control(
    alerts: pd.DataFrame, judged: pd.DataFrame, figure: str = "false_alerts_per_store_year"
) -> list[dict[str, object]]:
    joined = judged.merge(alerts, on="shop_no")
    years = (judged["judged_to"] - judged["judged_from"]).dt.days.add(1) / DAYS_PER_YEAR
    group_years = years.groupby(judged["peer_group"].astype(str)).sum()
    rows = []
    for severity, column in SEVERITIES.items():
        counted = joined[joined[column].between(joined["judged_from"], joined["judged_to"])]
        counts = counted.groupby(counted["peer_group"].astype(str)).size()
        rates = counts.reindex(group_years.index, fill_value=0) / group_years
        mean = _mean(np.asarray(rates, dtype=np.float64))
        rows.append(_row(figure, severity, mean, n=round(group_years.sum())))
    return rows


def _detection(alerts: pd.DataFrame, judged: pd.DataFrame) -> list[dict[str, object]]:
    joined = judged.merge(alerts, on="shop_no")
    before = joined["opened_on"] < joined["dropped_on"]
    # An episode closes on its third quiet day; one that closes on the day of the drop was
    # therefore still open on the evening before.
    still_open = joined["closed_on"].isna() | (joined["closed_on"] >= joined["dropped_on"])
    alarming = set(joined.loc[before & still_open, "shop_no"])
    measured = judged[~judged["shop_no"].isin(alarming)]
    rows = []
    for severity, column in SEVERITIES.items():
        after = joined[~before & joined[column].notna()]
        first = after.groupby("shop_no")[column].min().reindex(measured["shop_no"])
        days = (first.to_numpy() - measured["dropped_on"].to_numpy()) / np.timedelta64(1, "D") + 1
        found = days <= HORIZON_DAYS
        for figure, values in {
            "mean_days": np.where(found, days, HORIZON_DAYS + 1),
            "found_share": found.astype(float),
        }.items():
            mean = _mean(values)
            rows.append(_row(figure, severity, mean, n=len(measured), left_out=len(alarming)))
    return rows


def _row(
    figure: str, severity: str, mean: tuple[float, float], *, n: int, left_out: int = 0
) -> dict[str, object]:
    return {
        "figure": figure,
        "severity": severity,
        "value": mean[0],
        "standard_error": mean[1],
        "n": n,
        "left_out": left_out,
    }


def _mean(values: Floats) -> tuple[float, float]:
    """Return a mean and its standard error; of a single value the error is not known."""
    if len(values) < 2:
        return float(values.mean()) if len(values) else np.nan, np.nan
    return float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))


def _of_stores(alerts: pd.DataFrame) -> pd.DataFrame:
    return _dated(alerts[alerts["entity_type"] == "store"])


def _dated(alerts: pd.DataFrame) -> pd.DataFrame:
    dates = {
        column: pd.to_datetime(alerts[column])
        for column in ("opened_on", "critical_on", "closed_on")
    }
    return alerts.assign(**dates)[["shop_no", *dates]]
