"""The pages that alerts link to: one per family, true to the rules, and every query runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date
from typing import Any

import duckdb
import pytest
import yaml

from tests.python.marts.harness import PROJECT_ROOT, Warehouse

RUNBOOK = PROJECT_ROOT / "docs" / "runbook"
INDEX = "README"
PAGES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(RUNBOOK.glob("*.md"))}
SECTIONS = [
    "What it says",
    "Look first",
    "Usual causes",
    "What to do",
    "How it ends",
    "When it was false",
    "中文摘要",
]
RULE_SEEDS = ("forecast_alert_rules", "store_alert_rules")
# The series of a peer group is judged by the rules of a store's KPIs: int_store__alert_signals.
RULES_OF_FAMILY = {"peer_group": "kpi"}
AS_OF = date(2026, 2, 28)
HEADING = re.compile(r"^## (.+)\n", re.MULTILINE)
BULLET = re.compile(r"^- `(\w+)`(.*)$", re.MULTILINE)
STATEMENT = re.compile(r"^```sql\n(.+?)\n```$", re.DOTALL | re.MULTILINE)
SNAKE_CASE = re.compile(r"`([a-z][a-z0-9]*(?:_[a-z0-9]+)+)`")
CALLED = re.compile(r"\b(\w+)\(")
SEVERITY = re.compile(r"\b(CRITICAL|WARNING)\.$")
CHINESE = re.compile("[\u4e00-\u9fff]")
# What every engine knows under the same name.
FUNCTIONS = {"abs", "avg", "count", "max", "min", "sum"}


def seed(name: str) -> list[dict[str, str]]:
    """Return the rows of a seed as text."""
    with (PROJECT_ROOT / "seeds" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def rules() -> dict[str, dict[str, set[str]]]:
    """Return the rules of each family that a mart may show, and what each calls its alerts."""
    found: dict[str, dict[str, set[str]]] = {}
    for name in RULE_SEEDS:
        for row in seed(name):
            called = {row["severity"], row.get("alert_type", row["severity"])}
            found.setdefault(row["family"], {})[row["rule_id"]] = called
    return found | {family: found[other] for family, other in RULES_OF_FAMILY.items()}


def sections(page: str) -> dict[str, str]:
    """Return the text of each section of a page, in order."""
    _, *parts = HEADING.split(PAGES[page])
    return dict(zip(parts[::2], parts[1::2], strict=True))


def listed_values(node: Any) -> Iterator[str]:
    """Yield the values that tests in a dbt YAML file accept or refuse."""
    if isinstance(node, dict):
        for key, below in node.items():
            if key in ("values", "also", "reasons"):
                yield from (str(value) for value in below)
            else:
                yield from listed_values(below)
    elif isinstance(node, list):
        for below in node:
            yield from listed_values(below)


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """Return a warehouse on DuckDB with every seed and every model, of which no feed has a row."""
    home = tmp_path_factory.mktemp("runbook")
    database = {"STOREWATCH_DUCKDB_PATH": str(home / "warehouse.duckdb")}
    made = Warehouse("duckdb", database, home / "project")
    made.build(AS_OF)
    return made


@contextmanager
def rolled_back(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection on which nothing that is done stays."""
    path = warehouse.environment["STOREWATCH_DUCKDB_PATH"]
    with closing(duckdb.connect(path)) as connection:
        connection.begin()
        yield connection
        connection.rollback()


def test_every_family_has_a_page() -> None:
    """And every page but the index is the name of a family; the index links to each."""
    families = set(rules())
    assert set(PAGES) - {INDEX} == families
    rows = re.findall(r"^\| `(\w+)` \|.*\| \[(\w+)\]\((\w+)\.md\) \|$", PAGES[INDEX], re.MULTILINE)
    assert sorted(rows) == sorted((family, family, family) for family in families)


@pytest.mark.parametrize("family", sorted(rules()))
def test_a_page_lists_the_rules_of_its_family(family: str) -> None:
    """Each once, none that the seeds do not hold; a severity at the end of a line is theirs."""
    listed = BULLET.findall(sections(family)["What it says"])
    assert sorted(rule_id for rule_id, _ in listed) == sorted(rules()[family])
    for rule_id, condition in listed:
        assert set(SEVERITY.findall(condition)) <= rules()[family][rule_id], rule_id


@pytest.mark.parametrize("family", sorted(rules()))
def test_a_page_has_its_sections(family: str) -> None:
    """In the same order on every page, the last one in Chinese."""
    assert PAGES[family].startswith(f"# {family}: ")
    assert list(sections(family)) == SECTIONS


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_ends_with_a_chinese_summary(page: str) -> None:
    """Of three to five sentences."""
    name, summary = list(sections(page).items())[-1]
    assert name == SECTIONS[-1]
    assert len(CHINESE.findall(summary)) > 60
    assert 3 <= summary.count("。") <= 5


@pytest.fixture(scope="module")
def known(warehouse: Warehouse) -> set[str]:
    """Return the names of tables, columns and variables, and the values of seeds and tests."""
    columns = warehouse.query("select table_name, column_name from information_schema.columns")
    found = {name for row in columns.itertuples(index=False) for name in row}
    settings = yaml.safe_load((PROJECT_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))
    found |= set(settings["vars"]["storewatch"])
    for path in (PROJECT_ROOT / "seeds").glob("*.csv"):
        found |= {value for row in seed(path.stem) for value in row.values()}
    for path in (PROJECT_ROOT / "models").rglob("*.yml"):
        found |= set(listed_values(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return found


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_names_what_exists(page: str, known: set[str]) -> None:
    """No name of several words in backticks is misspelt or of the past."""
    assert set(SNAKE_CASE.findall(PAGES[page])) - known == set()


@pytest.mark.parametrize("page", sorted(PAGES))
def test_every_statement_of_a_page_runs(page: str, warehouse: Warehouse) -> None:
    """On marts without rows, which proves the names of tables and columns; nothing stays."""
    statements = STATEMENT.findall(PAGES[page])
    assert len(statements) == PAGES[page].count("```sql")
    assert len(statements) >= 2
    with rolled_back(warehouse) as connection:
        for statement in statements:
            connection.execute(statement)


@pytest.mark.parametrize("page", sorted(PAGES))
def test_statements_call_what_every_engine_has(page: str) -> None:
    """A warehouse on MySQL or MariaDB answers the same queries."""
    for statement in STATEMENT.findall(PAGES[page]):
        assert set(CALLED.findall(statement)) <= FUNCTIONS, statement


def test_the_index_shows_every_way_to_answer(warehouse: Warehouse) -> None:
    """Its INSERTs give each action that is accepted, once, with a date where one is needed."""
    sources = (PROJECT_ROOT / "models" / "staging" / "_raw__sources.yml").read_text(
        encoding="utf-8"
    )
    people = next(it for it in yaml.safe_load(sources)["sources"] if it["name"] == "people")
    feedback = next(it for it in people["tables"] if it["name"] == "alert_feedback")
    action = next(it for it in feedback["columns"] if it["name"] == "action")
    with rolled_back(warehouse) as connection:
        for statement in STATEMENT.findall(PAGES[INDEX]):
            if statement.startswith("insert"):
                connection.execute(statement)
        given = connection.execute(
            "select action, snoozed_until is not null, given_by, note from alert_feedback"
        ).fetchall()
    assert sorted(row[0] for row in given) == sorted(listed_values(action))
    assert {row[0] for row in given if row[1]} == {"snooze"}
    assert all(row[2] and row[3] for row in given)
