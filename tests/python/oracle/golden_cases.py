"""Readers of the published cases `../shared/cases/fc_*.json`; golden says what becomes of them.

Published numbers come in other conventions and are mapped to ours here: error is predicted minus
actual, percent is percent, smape runs to 200.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from .golden import Expectation, Series

# What is left out of the published cases, and why:
# * fc_metric_edge_cases_R_Metrics, mape of a negative actual: R divides by |actual|; definitions.md
#   divides by the actual and knows no negative one.
# * fc_ausbeer_fpp_benchmarks, R_train: in-sample errors; the models judge real forecasts only.
# * fc_scaled_errors_sktime_excel, case3 mape: divides by machine epsilon where the actual is 0.
# * MASE, RMSSE and MPE in any of them: not among the measures.


@dataclass(frozen=True)
class MacroCase:
    """A sub-case that only a macro over a given table of rows can meet; see the module text."""

    name: str
    actual: tuple[float, ...]
    predicted: tuple[float, ...]
    measure: str
    value: float | None


def golden_series(cases_dir: Path) -> list[Series]:
    """Read every representable series, each with a goods code of its own.

    Args:
        cases_dir: the folder that holds fc_*.json.

    Raises:
        FileNotFoundError: if a case is missing.
    """
    return [
        *_beer(_read(cases_dir, "fc_ausbeer_fpp_benchmarks")),
        *_edge_cases(_read(cases_dir, "fc_metric_edge_cases_R_Metrics")),
        *_scaled_errors(_read(cases_dir, "fc_scaled_errors_sktime_excel")),
        *_tracking_signals(_read(cases_dir, "fc_tracking_signal_tables")),
    ]


def macro_cases(cases_dir: Path) -> list[MacroCase]:
    """Return the sub-cases with a zero or negative actual, with the value that our macros owe.

    Where tools disagree on 0/0, definitions.md decides: NULL, but 0 for the smape of two zeros.
    """
    edge = _read(cases_dir, "fc_metric_edge_cases_R_Metrics")
    scaled = _read(cases_dir, "fc_scaled_errors_sktime_excel")
    chosen = {
        2: ("mfe", -edge["expected"]["values"][2]),
        6: ("mape_pct", 100 * sum(edge["expected"]["values"][6][1:]) / 3),
        7: ("mape_pct", 100 * sum(edge["expected"]["values"][7][1:]) / 2),
        8: ("smape_pct", 0),
        12: ("wmape_pct", None),
        13: ("wmape_pct", None),
    }
    cases = [
        _macro_case(
            f"R Metrics {edge['input']['cases'][index]['metric']} #{index + 1}",
            edge["input"]["cases"][index]["actual"],
            edge["input"]["cases"][index]["forecast"],
            measure,
            value,
        )
        for index, (measure, value) in chosen.items()
    ]
    values, train = scaled["input"]["case3"], scaled["params"]["train"]
    published = scaled["expected"]["case3"]
    cases += [
        _macro_case("sktime case3", values[train:], values[train - 1 : -1], measure, value)
        for measure, value in (
            ("mad", published["mae"]),
            ("rmse", published["rmse"]),
            ("smape_pct", 100 * published["smape"]),
        )
    ]
    return cases


def _read(cases_dir: Path, name: str) -> dict[str, Any]:
    """Read a case with its decimals as printed."""
    loaded: dict[str, Any] = json.loads(
        (cases_dir / f"{name}.json").read_text(encoding="utf-8"), parse_float=Decimal
    )
    return loaded


def _decimals(values: Iterable[Any]) -> tuple[Decimal, ...]:
    return tuple(Decimal(value) for value in values)


def _macro_case(
    name: str, actual: Iterable[Any], predicted: Iterable[Any], measure: str, value: Any
) -> MacroCase:
    return MacroCase(
        name=name,
        actual=tuple(float(each) for each in actual),
        predicted=tuple(float(each) for each in predicted),
        measure=measure,
        value=None if value is None else float(value),
    )


def _beer(case: dict[str, Any]) -> list[Series]:
    """Quarterly beer production against four benchmark methods, by R and by utilsforecast."""
    actual = _decimals(case["input"]["test_2008Q1_2010Q2"])
    n, exact = len(actual), {"relative": float(case["tolerance"]["rel"])}
    rounded = {"absolute": float(case["tolerance"]["published_abs"])}
    other_tool, series = case["expected"]["utilsforecast"], []
    for number, (method, forecast) in enumerate(case["input"]["forecasts"].items(), start=1):
        r_test = {key: float(value) for key, value in case["expected"]["R_test"][method].items()}
        other = {key: float(value[method]) for key, value in other_tool.items()}
        book = [float(value) for value in case["expected"]["published_RMSE_MAE_MAPE_MASE"][method]]
        expectations = [
            *_last(n, exact, mfe=-r_test["ME"], rmse=r_test["RMSE"], mad=r_test["MAE"]),
            *_last(n, exact, mape_pct=r_test["MAPE"]),
            *_last(n, exact, mfe=other["bias"], rmse=other["mse"] ** 0.5, mad=other["mae"]),
            *_last(n, exact, mape_pct=100 * other["mape"], wmape_pct=100 * other["nd"]),
            *_last(n, exact, smape_pct=200 * other["smape"]),
            *_last(n, exact, bias_pct=100 * other["cfe"] / float(sum(actual))),
            *_last(n, exact, tracking_signal=other["cfe"] / other["mae"]),
            *_last(n, rounded, rmse=book[0], mad=book[1], mape_pct=book[2]),
        ]
        series.append(
            Series(
                f"beer {method}",
                f"BEER-{number}",
                actual,
                _decimals(forecast),
                tuple(expectations),
            )
        )
    return series


def _edge_cases(case: dict[str, Any]) -> list[Series]:
    """Single measures with literal expectations; only those with actuals above 0."""
    tolerance = {"absolute": float(case["tolerance"]["abs"]) * 100}
    values = case["expected"]["values"]
    chosen: dict[int, list[Expectation]] = {
        3: _last(4, tolerance, rmse=float(values[3])),
        4: _last(3, tolerance, mape_pct=100 * float(values[4])),
        # Opposite signs cancel in predicted + actual: R gives 2, definitions.md gives NULL.
        9: [Expectation("last_30d", 1, "smape_pct", None)],
        10: _last(1, tolerance, smape_pct=100 * float(values[10])),
        11: _last(3, tolerance, wmape_pct=100 * float(values[11])),
    }
    series = [
        Series(
            f"R Metrics {case['input']['cases'][index]['metric']} #{index + 1}",
            f"EDGE-{index + 1:02d}",
            _decimals(case["input"]["cases"][index]["actual"]),
            _decimals(case["input"]["cases"][index]["forecast"]),
            tuple(expectations),
        )
        for index, expectations in chosen.items()
    ]
    # Percentage errors row by row: the row with an actual of 0 is left to macro_cases.
    ape = case["input"]["cases"][6]
    series.append(
        Series(
            "R Metrics ape #7 without its zero",
            "EDGE-07",
            _decimals(ape["actual"][1:]),
            _decimals(ape["forecast"][1:]),
            tuple(
                Expectation("daily", period, "mape_pct", 100 * float(value), **tolerance)
                for period, value in enumerate(values[6][1:], start=1)
            ),
        )
    )
    return series


def _scaled_errors(case: dict[str, Any]) -> list[Series]:
    """Two positive series against the value of the period before."""
    train, tolerance = case["params"]["train"], case["tolerance"]
    distance = {"relative": float(tolerance["rel"]), "absolute": float(tolerance["abs"])}
    series = []
    for name in ("case1", "case2"):
        values = _decimals(case["input"][name])
        actual, predicted = values[train:], values[train - 1 : -1]
        published = {key: float(value) for key, value in case["expected"][name].items()}
        expectations = [
            *_last(len(actual), distance, mad=published["mae"], rmse=published["rmse"]),
            *_last(len(actual), distance, mape_pct=100 * published["mape"]),
            *_last(len(actual), distance, smape_pct=100 * published["smape"]),
        ]
        series.append(
            Series(f"sktime {name}", f"SKT-{name[-1]}", actual, predicted, tuple(expectations))
        )
    return series


def _tracking_signals(case: dict[str, Any]) -> list[Series]:
    """Running MAD and tracking signal; the tables' error is actual minus forecast."""
    series = []
    for number, (table, expected, allowed) in enumerate(
        zip(
            case["input"]["tables"],
            case["expected"]["tables"],
            case["tolerance"]["abs_per_table"],
            strict=True,
        ),
        start=1,
    ):
        tolerance = {"absolute": float(allowed)}
        expectations = [
            Expectation("last_30d", period, measure, sign * float(value), **tolerance)
            for measure, column, sign in (("mad", "mad", 1), ("tracking_signal", "ts", -1))
            for period, value in enumerate(expected[column], start=1)
        ]
        exact = {"absolute": 1e-9}
        for column, measure, sign in (("cum_abs_error", "mad", 1), ("rsfe", "mfe", -1)):
            expectations += [
                Expectation("last_30d", period, measure, sign * float(total) / period, **exact)
                for period, total in enumerate(expected.get(column, []), start=1)
            ]
        series.append(
            Series(
                f"tracking signal table {number}",
                f"TRACK-{number}",
                _decimals(table["actual"]),
                _decimals(table["forecast"]),
                tuple(expectations),
            )
        )
    return series


def _last(n: int, tolerance: dict[str, float], **measures: float) -> list[Expectation]:
    return [
        Expectation("last_30d", n, measure, value, **tolerance)
        for measure, value in measures.items()
    ]
