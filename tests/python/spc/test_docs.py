"""The examples of docs/spc-macros.md give the tables that are printed under them."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.python.marts.harness import PROJECT_ROOT
from tests.python.spc.harness import Bench

PAGE = (PROJECT_ROOT / "docs" / "spc-macros.md").read_text()
PUBLIC = {
    "spc_rolling_baseline", "z_calibrated", "sigma_multiplier", "spc_western_electric", "spc_cusum",
    "spc_ewma", "spc_individuals", "spc_segments",
}  # fmt: skip
SECTION = re.compile(r"^## (\w+)\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
EXAMPLE = re.compile(r"```sql\n(.*?)```\n\n((?:\|.*\n)+)", re.DOTALL)
Table = list[list[str]]


def table(text: str) -> Table:
    """Return the cells of a table, its header first."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()
    ]
    return [rows[0], *rows[2:]]


def printed(value: object) -> str:
    """Return a value as the page prints it."""
    if value is None:
        return ""
    if isinstance(value, float):
        # Minus zero prints as zero.
        return f"{round(value, 2) + 0.0:.2f}"
    return str(value)


EXAMPLES = {
    name: (found[1], table(found[2]))
    for name, text in SECTION.findall(PAGE)
    if name in PUBLIC and (found := EXAMPLE.search(text)) is not None
}


@pytest.fixture(scope="module")
def computed(bench: Bench) -> dict[str, Table]:
    """Return header and rows of every example."""
    header, *rows = table(PAGE[PAGE.index("| shop |") : PAGE.index("\n\n## What they")])
    assert header == ["shop", "day", "revenue"]
    bench.create(
        "daily_revenue",
        {"shop": "varchar(8)", "day": "date", "revenue": "double"},
        [
            (shop, date.fromisoformat(day), float(revenue) if revenue else None)
            for shop, day, revenue in rows
        ],
    )
    answers = {}
    for name, sql in bench.compile({name: sql for name, (sql, _) in EXAMPLES.items()}).items():
        frame = bench.warehouse.query(sql)
        body = [[printed(value) for value in row] for row in frame.itertuples(index=False)]
        answers[name] = [list(frame.columns), *body]
    return answers


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_examples_give_what_is_printed(computed: dict[str, Table], name: str) -> None:
    """Every public macro has an example, which calls it."""
    sql, expected = EXAMPLES[name]
    assert re.search(rf"{{{{ {name}\(", sql)
    assert computed[name] == expected
