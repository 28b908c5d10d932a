"""Numbers that others published, through the whole path and through the macros alone."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from tests.python.marts.conftest import NewWarehouse
from tests.python.marts.harness import Warehouse, shared_folder
from tests.python.oracle import golden
from tests.python.oracle.golden_cases import MacroCase, golden_series, macro_cases

# How each measure is called on sums that are taken over plain rows of predicted and actual.
MACROS = {
    "mfe": "mfe('sum(error)', 'count(*)')",
    "mad": "mad('sum(abs(error))', 'count(*)')",
    "rmse": "rmse('sum(error * error)', 'count(*)')",
    "mape_pct": "mape_pct('sum(100 * abs(error) / nullif(actual, 0))', 'count(nullif(actual, 0))')",
    "wmape_pct": "wmape_pct('sum(abs(error))', 'sum(actual)')",
    "smape_pct": "smape_pct('sum(pct_of_both)', 'count(pct_of_both)')",
}


@pytest.fixture(scope="module")
def cases() -> Path:
    """Return the folder of the published cases."""
    return shared_folder("cases")


@pytest.fixture(scope="module")
def warehouse(new_warehouse: NewWarehouse, engine: str, cases: Path) -> Warehouse:
    """Return a warehouse that holds every published series as a product."""
    series = golden_series(cases)
    made = new_warehouse(engine, "forecast")
    made.load(golden.raw_tables(series))
    made.build(golden.last_period(series))
    return made


def test_published_series(warehouse: Warehouse, cases: Path) -> None:
    """Every representable series gives the published measures in forecast_accuracy_summary."""
    summary = warehouse.read("forecast_accuracy_summary")
    assert golden.mismatches(summary, golden_series(cases)) == []


def test_macros_on_zero_and_negative_actuals(warehouse: Warehouse, cases: Path) -> None:
    """What cannot come as consumption is checked on the macros, on literal rows."""
    published = macro_cases(cases)
    sql = " union all ".join(_select(number, case) for number, case in enumerate(published))
    compiled = warehouse.dbt("compile", "--output", "json", "--inline", sql)
    assert compiled.returncode == 0, compiled.output
    answer = compiled.output[compiled.output.index('"compiled"') :]
    rows = warehouse.query(json.JSONDecoder().raw_decode(answer.split(":", 1)[1].lstrip())[0])
    got = dict(zip(rows["number"], rows["value"], strict=True))
    for number, case in enumerate(published):
        if case.value is None:
            assert got[number] is None, case.name
        else:
            assert math.isclose(got[number], case.value, rel_tol=1e-8, abs_tol=1e-8), case.name


def _select(number: int, case: MacroCase) -> str:
    """Return a select of one case's measure from its own rows."""
    rows = " union all ".join(
        f"select {{{{ as_double('{actual}') }}}} as actual,"
        f" {{{{ as_double('{predicted}') }}}} as predicted"
        for actual, predicted in zip(case.actual, case.predicted, strict=True)
    )
    return (
        f"select {number} as number, {{{{ {MACROS[case.measure]} }}}} as value from ("
        " select actual, predicted - actual as error,"
        " case when predicted = 0 and actual = 0 then 0"
        " else 200 * abs(predicted - actual) / nullif(predicted + actual, 0) end as pct_of_both"
        f" from ({rows}) as pairs) as errors"
    )
