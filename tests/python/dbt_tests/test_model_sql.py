"""Models are written for no engine and for no store in particular."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.python.dbt_tests.sql_text import (
    COMMON,
    STANDARD,
    foreign_calls,
    ids,
    is_recursive,
    literal_ids,
)
from tests.python.marts.harness import PROJECT_ROOT

MODELS = sorted((PROJECT_ROOT / "models").rglob("*.sql"))
# Engines differ in macros/dialect; materializations and state tables speak to the adapter.
MACROS = sorted(
    path
    for folder in ("accuracy", "alerts", "calendar", "spc", "staging", "store", "testing")
    for path in (PROJECT_ROOT / "macros" / folder).glob("*.sql")
)
TESTS = sorted(
    path
    for folder in ("generic", "singular")
    for path in (PROJECT_ROOT / "tests" / folder).glob("*.sql")
)


def _named(path: Path) -> str:
    return path.stem


@pytest.mark.parametrize("path", MODELS, ids=_named)
def test_models_call_standard_functions_only(path: Path) -> None:
    """What engines spell differently is behind a macro of macros/dialect."""
    assert foreign_calls(path.read_text(), STANDARD) == set()


@pytest.mark.parametrize("path", [*MACROS, *TESTS], ids=_named)
def test_macros_and_tests_call_common_functions_only(path: Path) -> None:
    """They run on every engine, too."""
    assert foreign_calls(path.read_text(), STANDARD | COMMON) == set()


@pytest.mark.parametrize("path", [*MODELS, *MACROS, *TESTS], ids=_named)
def test_nothing_is_recursive(path: Path) -> None:
    """Distributed engines lack recursive CTEs, and MySQL stops them at 1,000 rows."""
    assert not is_recursive(path.read_text())


@pytest.mark.parametrize("path", [*MODELS, *MACROS, *TESTS], ids=_named)
def test_no_store_or_product_is_named(path: Path) -> None:
    """Exceptions are rows of a seed, with a reason."""
    assert literal_ids(path.read_text(), ids(PROJECT_ROOT / "seeds")) == set()


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select date_trunc('month', day) from days", {"date_trunc"}),
        ("select DATE_FORMAT(day, '%Y') from days", {"date_format"}),
        ("select sum(x) over (order by y) from t where z in (1, 2)", set()),
        ("select {{ as_integer('day_of_year(day)') }} from days", {"day_of_year"}),
        ("select {{ month_start('day') }}, cast(x as decimal(20, 4)) -- ifnull(x, 0)", set()),
    ],
)
def test_foreign_calls_are_found(sql: str, found: set[str]) -> None:
    """The check itself sees calls, and neither Jinja nor comments."""
    assert foreign_calls(sql, STANDARD) == found


def test_recursion_and_ids_are_found() -> None:
    """The other two checks see what they look for."""
    known = ids(PROJECT_ROOT / "seeds")
    assert is_recursive("with recursive days as (select 1)")
    assert not is_recursive("-- recursive\nselect 1")
    assert literal_ids("where dept_id <> 1131 and goods_code = 'GS00001'", known) == {
        "1131",
        "GS00001",
    }
    assert literal_ids("select 11310 from stores", known) == set()
