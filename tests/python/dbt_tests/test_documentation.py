"""What is documented exists, and what exists is documented, in two languages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.python.dbt_tests.conftest import Clean
from tests.python.marts.harness import PROJECT_ROOT

CHINESE = re.compile("[\u4e00-\u9fff]")
MACRO = re.compile(r"{%-?\s*(macro|test)\s+(\w+)\s*\(([^)]*)\)")
ENGINE_PREFIX = re.compile(r"^(default|mysql|mariadb|duckdb)__")
MATERIALIZATION = re.compile(r"{%-?\s*materialization\s+(\w+),")
Node = dict[str, Any]


@pytest.fixture(scope="module")
def manifest(clean: Clean) -> Node:
    """Return dbt's manifest of the project."""
    parsed = clean.warehouse.dbt("parse", as_of=clean.as_of)
    assert parsed.returncode == 0, parsed.output
    loaded: Node = json.loads((clean.warehouse.folder / "target" / "manifest.json").read_text())
    return loaded


@pytest.fixture(scope="module")
def tables(manifest: Node) -> list[Node]:
    """Return the models, seeds and source tables of the project."""
    nodes = [
        node for node in manifest["nodes"].values() if node["resource_type"] in ("model", "seed")
    ]
    return [*nodes, *manifest["sources"].values()]


def test_documented_columns_are_the_real_ones(clean: Clean, tables: list[Node]) -> None:
    """Both ways, for every model, seed and source table."""
    rows = clean.warehouse.query("select table_name, column_name from information_schema.columns")
    real: dict[str, set[str]] = {}
    for table, column in rows.itertuples(index=False):
        real.setdefault(table, set()).add(column)
    wrong = {
        node["name"]: sorted(real.get(node["name"], set()) ^ set(node["columns"]))
        for node in tables
        if real.get(node["name"]) != set(node["columns"])
    }
    assert wrong == {}


def test_everything_is_described_in_two_languages(tables: list[Node]) -> None:
    """English in the description, Chinese beside it."""
    described = [(node["name"], node) for node in tables]
    for node in tables:
        described += [(f"{node['name']}.{name}", it) for name, it in node["columns"].items()]
    wrong = [
        name
        for name, it in described
        if not it["description"]
        or CHINESE.search(it["description"])
        or not CHINESE.search(it["meta"].get("description_zh", ""))
    ]
    assert wrong == []


def test_a_description_begins_with_the_grain(tables: list[Node]) -> None:
    """A reader learns first what a row is."""
    wrong = [
        node["name"]
        for node in tables
        if not node["description"].startswith("One row per ")
        or not node["meta"]["description_zh"].startswith("每行")
    ]
    assert wrong == []


def test_every_table_has_a_key_test(manifest: Node, tables: list[Node]) -> None:
    """The grain that is described is pinned by unique_key; the raw feeds have theirs in staging."""
    keyed = {
        parent
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") == "unique_key"
        for parent in node["depends_on"]["nodes"]
    }
    wrong = [
        node["name"]
        for node in tables
        if node["unique_id"] not in keyed and not node["name"].startswith("raw_")
    ]
    assert wrong == []


def test_one_yaml_for_each_folder_of_models() -> None:
    """It is named after the folder and describes the models of the folder alone."""
    folders = {path.parent for path in (PROJECT_ROOT / "models").rglob("*.sql")}
    expected = {folder / f"_{folder.name}__models.yml" for folder in folders}
    assert {*(PROJECT_ROOT / "models").rglob("*__models.yml")} == expected


def _macro_files() -> list[tuple[str, str]]:
    paths = sorted((PROJECT_ROOT / "macros").rglob("*.sql"))
    return [(str(path.relative_to(PROJECT_ROOT)), path.read_text()) for path in paths]


def test_one_public_macro_for_each_file() -> None:
    """The file has its name; beside it stand only its versions for engines."""
    wrong = {}
    for path, text in _macro_files():
        names = [ENGINE_PREFIX.sub("", found[1]) for found in MACRO.findall(text)]
        names += MATERIALIZATION.findall(text)
        stem = path.rsplit("/", 1)[1].removesuffix(".sql")
        if set(names) != {stem} or sum(found[1] == stem for found in MACRO.findall(text)) > 1:
            wrong[path] = names
    assert wrong == {}


def test_both_servers_have_the_same_versions() -> None:
    """A macro that is written for MySQL is written for MariaDB: dbt takes them for two engines."""
    for path, text in _macro_files():
        assert ("macro mysql__" in text) == ("macro mariadb__" in text), path


def test_every_macro_is_documented(manifest: Node) -> None:
    """Each public macro and generic test, with every argument, its type and what it is."""
    wrong = []
    for macro in manifest["macros"].values():
        if macro["package_name"] != "storewatch" or ENGINE_PREFIX.match(macro["name"]):
            continue
        signature = MACRO.search(macro["macro_sql"])
        given = signature[3].split(",") if signature and signature[3].strip() else []
        real = [argument.split("=")[0].strip() for argument in _whole(given)]
        documented = [argument["name"] for argument in macro["arguments"]]
        complete = all(it["type"] and it["description"] for it in macro["arguments"])
        if not macro["description"] or not complete or sorted(real) != sorted(documented):
            wrong.append((macro["name"], real, documented))
    assert wrong == []


def _whole(parts: list[str]) -> list[str]:
    """Drop what is not the beginning of an argument: the inside of a default such as [1, 2]."""
    return [part for part in parts if re.match(r"\s*\w+\s*(=|$)", part)]
