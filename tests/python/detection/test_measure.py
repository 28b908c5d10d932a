"""Figures from hand-made alerts."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dev.detection.measure import figures, peer_group_alerts, share_found_by

Alert = tuple[str, str, str | None, str | None]  # shop, opened, critical, closed


def alerts(rows: Sequence[Alert], entity_type: str = "store") -> pd.DataFrame:
    """Return rows as store_alerts has them, dates as Python dates."""

    def day(text: str | None) -> date | None:
        return None if text is None else date.fromisoformat(text)

    return pd.DataFrame(
        {
            "alert_id": [f"{shop} {opened}" for shop, opened, _, _ in rows],
            "family": "kpi",
            "entity_type": entity_type,
            "shop_no": [shop for shop, _, _, _ in rows],
            "dimension": "revenue",
            "severity": ["WARNING" if row[2] is None else "CRITICAL" for row in rows],
            "opened_on": [day(row[1]) for row in rows],
            "critical_on": [day(row[2]) for row in rows],
            "closed_on": [day(row[3]) for row in rows],
        }
    )


def control(stores: int = 2, groups: int = 2) -> pd.DataFrame:
    """Return a truth in control over four years, the length in which leap days add up."""
    shops = [
        (f"C-{group}-{store}", f"C-{group}") for group in range(groups) for store in range(stores)
    ]
    return pd.DataFrame(
        {
            "shop_no": [shop for shop, _ in shops],
            "peer_group": [group for _, group in shops],
            "scenario": "C",
            "judged_from": pd.Timestamp("2024-01-01"),
            "judged_to": pd.Timestamp("2027-12-31"),
            "dropped_on": pd.NaT,
        }
    )


def drops(shops: int) -> pd.DataFrame:
    """Return a truth in which stores D0, D1 ... drop on 1 March 2024."""
    return pd.DataFrame(
        {
            "shop_no": [f"D{number}" for number in range(shops)],
            "peer_group": [f"G{number}" for number in range(shops)],
            "scenario": "D20",
            "judged_from": pd.Timestamp("2024-03-01"),
            "judged_to": pd.Timestamp("2024-05-31"),
            "dropped_on": pd.Timestamp("2024-03-01"),
        }
    )


Figures = dict[tuple[str, str], dict[str, float]]


def keyed(found: pd.DataFrame) -> Figures:
    """Return value, standard_error, n and left_out by figure and severity."""
    return {
        (str(row["figure"]), str(row["severity"])): {
            name: float(row[name]) for name in ("value", "standard_error", "n", "left_out")
        }
        for row in found.to_dict("records")
    }


def measured(rows: Sequence[Alert], truth: pd.DataFrame) -> Figures:
    """Return the figures of one method."""
    return keyed(figures({"default": alerts(rows)}, truth))


def values(found: Figures, figure: str) -> dict[str, float]:
    """Return the value of a figure by severity."""
    return {severity: row["value"] for (name, severity), row in found.items() if name == figure}


def test_false_alerts_per_store_year() -> None:
    """Three episodes, one of them critical, in four stores of four years."""
    found = measured(
        [
            ("C-0-0", "2024-01-01", None, "2024-01-08"),
            ("C-0-1", "2025-05-01", "2025-05-03", "2025-05-09"),
            ("C-0-1", "2027-12-31", None, None),
        ],
        control(),
    )
    # Groups: three alerts and none in eight store-years each.
    warning = found["false_alerts_per_store_year", "WARNING"]
    assert warning["value"] == pytest.approx(3 / 16)
    assert warning["standard_error"] == pytest.approx(3 / 16)
    assert found["false_alerts_per_store_year", "CRITICAL"]["value"] == pytest.approx(1 / 16)
    assert [row["n"] for row in found.values()] == [16, 16]


def test_only_judged_days_and_judged_stores_count() -> None:
    """What opens in the warm-up or after it does not; what then becomes critical does."""
    found = measured(
        [
            ("C-0-0", "2023-12-31", "2024-01-01", None),
            ("C-0-0", "2028-01-01", "2028-01-01", None),
            ("C-9-9", "2024-06-01", "2024-06-01", None),
        ],
        control(),
    )
    assert values(found, "false_alerts_per_store_year") == {"WARNING": 0, "CRITICAL": 1 / 16}


def test_alerts_of_peer_groups_are_counted_apart() -> None:
    """Two of one group's in two groups of four years; the type decides, not the name."""
    of_groups = [
        ("C-0", "2024-02-01", None, None),
        ("C-0", "2024-05-01", "2024-05-01", None),
        ("C-0-1", "2024-03-01", None, None),
    ]
    of_stores = [("C-0-0", "2024-02-01", None, None), ("C-1", "2024-03-01", None, None)]
    both = pd.concat([alerts(of_groups, "peer_group"), alerts(of_stores)])
    found = keyed(peer_group_alerts(both, control()))
    assert values(found, "alerts_per_group_year") == {"WARNING": 2 / 8, "CRITICAL": 1 / 8}
    stores = keyed(figures({"default": both}, control()))
    assert values(stores, "false_alerts_per_store_year") == {"WARNING": 1 / 16, "CRITICAL": 0}


def test_the_day_of_the_drop_is_day_one() -> None:
    """Found on the day, on day 3, and not at all: 1, 3 and 61."""
    found = measured(
        [
            ("D0", "2024-03-01", "2024-03-02", None),
            ("D1", "2024-03-03", None, None),
        ],
        drops(3),
    )
    assert values(found, "mean_days") == pytest.approx(
        {"WARNING": (1 + 3 + 61) / 3, "CRITICAL": (2 + 61 + 61) / 3}
    )
    expected = np.std([1, 3, 61], ddof=1) / np.sqrt(3)
    assert found["mean_days", "WARNING"]["standard_error"] == pytest.approx(expected)
    assert values(found, "found_share") == pytest.approx({"WARNING": 2 / 3, "CRITICAL": 1 / 3})
    assert {row["n"] for row in found.values()} == {3}


@pytest.mark.parametrize(("opened", "days"), [("2024-04-29", 60), ("2024-04-30", 61)])
def test_day_sixty_is_the_last(opened: str, days: int) -> None:
    """Day 60 is found; day 61 is not, and counts the same as never."""
    found = measured([("D0", opened, None, None)], drops(1))
    assert values(found, "mean_days")["WARNING"] == days
    assert values(found, "found_share")["WARNING"] == (1 if days == 60 else 0)


def test_the_first_alert_after_the_drop_counts() -> None:
    """The WARNING of the first episode, the CRITICAL of whichever has it first."""
    found = measured(
        [
            ("D0", "2024-03-20", "2024-03-21", None),
            ("D0", "2024-03-02", None, "2024-03-09"),
            ("D0", "2024-04-10", "2024-04-10", None),
        ],
        drops(1),
    )
    assert values(found, "mean_days") == {"WARNING": 2, "CRITICAL": 21}


def test_stores_that_were_already_alarming_are_left_out_and_counted() -> None:
    """Open, or closing by a third quiet day on the day itself; closed the day before is not."""
    found = measured(
        [
            ("D0", "2024-02-20", "2024-03-02", None),
            ("D1", "2024-02-20", None, "2024-03-01"),
            ("D2", "2024-02-20", "2024-02-21", "2024-02-29"),
            ("D2", "2024-03-04", "2024-03-05", None),
        ],
        drops(3),
    )
    assert {row["left_out"] for row in found.values()} == {2}
    assert {row["n"] for row in found.values()} == {1}
    assert values(found, "mean_days") == {"WARNING": 4, "CRITICAL": 5}


def test_no_alert_at_all() -> None:
    """Nothing is found on any day, in control nothing is false."""
    truth = pd.concat([drops(2), control()], ignore_index=True)
    found = measured([], truth)
    assert set(values(found, "mean_days").values()) == {61}
    assert set(values(found, "found_share").values()) == {0}
    assert set(values(found, "false_alerts_per_store_year").values()) == {0}


def test_methods_stand_side_by_side() -> None:
    """Each method has the figures of its own alerts."""
    found = figures(
        {
            "default": alerts([("D0", "2024-03-01", None, None)]),
            "rolling_28d": alerts([("D0", "2024-03-05", None, None)]),
        },
        drops(1),
    )
    days = {
        method: values(keyed(rows), "mean_days")["WARNING"]
        for method, rows in found.groupby("method")
    }
    assert days == {"default": 1, "rolling_28d": 5}


def test_share_of_histories_found_by_a_date() -> None:
    """On the date is in time; what opened too early, or is another store's, does not count."""
    found = share_found_by(
        alerts(
            [
                ("H0", "2025-11-23", "2025-12-07", None),
                ("H1", "2025-11-24", "2025-12-08", None),
                ("H2", "2025-10-14", "2025-11-01", None),
                ("H3", "2025-10-15", None, "2025-10-20"),
                ("P0", "2025-11-01", "2025-11-01", None),
            ]
        ),
        ["H0", "H1", "H2", "H3"],
        opened_from=pd.Timestamp("2025-10-15"),
        warning_by=pd.Timestamp("2025-11-23"),
        critical_by=pd.Timestamp("2025-12-07"),
    )
    shares = keyed(found)
    assert values(shares, "found_share") == {"WARNING": 0.5, "CRITICAL": 0.25}
    assert shares["found_share", "WARNING"]["standard_error"] == pytest.approx(0.25)
    assert {row["n"] for row in shares.values()} == {4}
