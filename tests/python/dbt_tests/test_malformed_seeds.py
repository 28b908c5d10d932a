"""A malformed seed row stops `dbt build` with a message that names the seed and the row."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator

import pytest

from tests.python.dbt_tests.conftest import Clean
from tests.python.dbt_tests.malformed_store_seeds import GROUPS, UNFIT, Malformed
from tests.python.marts.harness import Built, Warehouse

WARNING_RULE = (
    "mape_warning_store,mape,WARNING,store,last_7d,mape_pct,above,30,1,P2,240,slack;email"
)
CASES = {
    "text in a numeric column": Malformed(
        "forecast_alert_rules", "above,30,1", "above,thirty,1", ("thirty", "threshold")
    ),
    "a number too many": Malformed(
        "forecast_alert_rules", "above,30,1", "above,30,1,1", ("forecast_alert_rules.csv",)
    ),
    "a missing field": Malformed(
        "forecast_alert_rules", "above,30,1,P2", "above,1,P2", ("forecast_alert_rules.csv",)
    ),
    "an empty field": Malformed(
        "forecast_alert_rules", "above,30,1", "above,,1", ("mape_warning_store", "threshold=NULL")
    ),
    "a key twice": Malformed(
        "forecast_alert_rules",
        WARNING_RULE,
        f"{WARNING_RULE}\n{WARNING_RULE}",
        ("unique_key_forecast_alert_rules", "mape_warning_store"),
    ),
    "an unknown comparison": Malformed(
        "forecast_alert_rules",
        "mape_pct,above,30",
        "mape_pct,over,30",
        ("mape_warning_store", "comparison=over"),
    ),
    "an unknown severity": Malformed(
        "forecast_alert_rules", "above,30,1,P2", "above,30,1,high", ("severity=high",)
    ),
    "a measure without values": Malformed(
        "forecast_alert_rules",
        "last_7d,mape_pct,above,30",
        "last_7d,mase,above,30",
        ("measure=mase",),
    ),
    "overlapping offsets": Malformed(
        "utc_offsets",
        "America/New_York,2030-03-10 07:00:00",
        "America/New_York,2030-03-09 07:00:00",
        ("contiguous_intervals_utc_offsets", "America/New_York", "2030-03-09"),
    ),
    "a date that does not exist": Malformed(
        "stores",
        "37th & Broadway,2025-11-03",
        "37th & Broadway,2025-11-33",
        ("stores.csv", "open_date"),
    ),
    "a zone without offsets": Malformed(
        "stores",
        "2025-11-03,,America/New_York",
        "2025-11-03,,America/Nowhere",
        ("refers_to_stores_time_zone", "America/Nowhere"),
        ("utc_offsets",),
    ),
    "a product twice": Malformed(
        "products", "GS00002,", "GS00001,", ("unique_key_products_goods_code", "GS00001")
    ),
    "a negative cost": Malformed(
        "products", "dairy,ml,0.0029", "dairy,ml,-0.0029", ("GS00002", "unit_cost=-0.0029")
    ),
    "a flag that is neither 0 nor 1": Malformed(
        "stock_reason_codes", "1001,1,", "1001,2,", ("reason_code=1001", "is_consumption=2")
    ),
    "theoretical quantities as consumption": Malformed(
        "stock_reason_codes", "019,0,", "019,1,", ("theoretical_consumption_never_counts", "019")
    ),
    "an excluded department with a letter": Malformed(
        "excluded_sites", "dept,1131,", "dept,113l,", ("digits_only_excluded_sites", "113l")
    ),
    "a suppression of nothing": Malformed(
        "forecast_alert_suppressions", "mape,store,1128", "mape,shop,1128", ("entity_type=shop",)
    ),
    "a target for no measure": Malformed(
        "forecast_targets", "wmape_pct,20", "wape,20", ("measure=wape",)
    ),
}


def spoil(warehouse: Warehouse, case: Malformed) -> None:
    """Change the seed file of a project copy."""
    path = warehouse.folder / "seeds" / f"{case.seed}.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(case.old) == 1, f"{case.old!r} stands {text.count(case.old)} times in {path}"
    path.write_text(text.replace(case.old, case.new), encoding="utf-8")


@pytest.fixture(scope="module")
def copied(clean: Clean, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return a copy of the built warehouse for all tests of seeds."""
    return clean.copy(tmp_path_factory.mktemp("seeds"))


@pytest.fixture
def seeded(clean: Clean, copied: Warehouse) -> Iterator[Warehouse]:
    """Return the copy, whose seed files are put back afterwards."""
    yield copied
    for good in (clean.warehouse.folder / "seeds").glob("*.csv"):
        shutil.copy(good, copied.folder / "seeds")


def build_seeds(warehouse: Warehouse, clean: Clean, cases: Iterable[Malformed]) -> Built:
    """Spoil the seeds of the cases and build them, with the tests that need no other seed."""
    selected = set()
    for case in cases:
        spoil(warehouse, case)
        selected |= {case.seed, *case.beside}
    return warehouse.dbt(
        "build", "--select", *selected, "--indirect-selection", "cautious", as_of=clean.as_of
    )


@pytest.mark.parametrize("name", CASES)
def test_the_row_is_named(clean: Clean, seeded: Warehouse, name: str) -> None:
    """The build of the seed fails, and says which seed and which row or column."""
    case = CASES[name]
    built = build_seeds(seeded, clean, [case])
    assert built.returncode == 1, built.output
    for text in (case.seed, *case.said):
        assert text in built.output, built.output


@pytest.mark.parametrize("group", GROUPS)
def test_each_row_is_named(clean: Clean, seeded: Warehouse, group: str) -> None:
    """However many rows are bad, one line each says which seed and which row."""
    built = build_seeds(seeded, clean, GROUPS[group].values())
    lines = built.output.splitlines()
    silent = [
        name
        for name, case in GROUPS[group].items()
        if not any(all(text in line for text in case.said) for line in lines)
    ]
    assert built.returncode == 1
    assert silent == [], built.output


def test_nothing_is_built_on_a_bad_seed(clean: Clean, copy: Warehouse) -> None:
    """What stands on it stays as it was, down to the marts; what does not is built."""
    counted = "select count(*), sum(n_rows) from int_audit__row_dispositions"
    before = copy.query(counted)
    spoil(copy, CASES["a product twice"])
    spoil(copy, UNFIT["a KPI without one of its baselines"])
    built = copy.dbt("build", as_of=clean.as_of)
    assert built.returncode == 1, built.output
    skipped = {name for name, status in built.statuses.items() if status == "skipped"}
    assert {
        *("forecast_accuracy_daily", "forecast_accuracy_summary", "forecast_alerts"),
        *("int_store__deviations", "int_store__baselines", "int_store__weighted_scores"),
        *("store_spc_control_limits", "store_anomaly_flags", "store_health_scores", "store_alerts"),
    } <= skipped
    assert built.statuses["store_daily_metrics"] == "success"
    assert copy.query(counted).equals(before)
