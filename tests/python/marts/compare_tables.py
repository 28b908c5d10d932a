"""Whole warehouses side by side: every table that dbt builds, row by row."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import pandas as pd

from tests.python.marts.harness import OTHER_HALF, Warehouse
from tests.python.oracle import Kind, MartSchema, assert_same, compare_frames
from tests.python.oracle.compare import Key


def built_tables(warehouse: Warehouse) -> dict[str, tuple[str, ...]]:
    """Return the tables of the last build with their keys, from dbt's manifest."""
    manifest = json.loads((warehouse.folder / "target" / "manifest.json").read_text())
    return {
        node["name"]: tuple(node["config"]["primary_key"])
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] != "view"
        and ".".join(node["fqn"][:3]) not in OTHER_HALF[warehouse.half]
    }


def snapshot(warehouse: Warehouse) -> dict[str, pd.DataFrame]:
    """Return every built table."""
    return {table: warehouse.read(table) for table in built_tables(warehouse)}


def assert_tables_equal(left: Warehouse, right: Warehouse) -> None:
    """Fail unless both warehouses hold the same rows in every table that dbt builds."""
    assert_snapshots_equal(left, snapshot(left), snapshot(right))


def assert_snapshots_equal(
    warehouse: Warehouse, left: dict[str, pd.DataFrame], right: dict[str, pd.DataFrame]
) -> None:
    """Fail unless two snapshots hold the same rows; `warehouse` tells the keys."""
    assert left.keys() == right.keys()
    for table, key in built_tables(warehouse).items():
        assert len(left[table]) > 0 or len(right[table]) == 0, table
        left_only, right_only, schema = _rest(left[table], right[table], key)
        if len(left_only) or len(right_only):
            assert_same(left_only, right_only, schema, table)


def changed_keys(
    warehouse: Warehouse, table: str, before: pd.DataFrame, after: pd.DataFrame
) -> set[Key]:
    """Return the keys whose rows came, went or hold other values, rounding apart."""
    old, new, schema = _rest(before, after, built_tables(warehouse)[table])
    comparison = compare_frames(new, old, schema)
    return (
        set(comparison.missing_rows)
        | set(comparison.repeated_keys)
        | set(comparison.unexpected_rows)
        | {difference.key for difference in comparison.differences}
    )


def _rest(
    left: pd.DataFrame, right: pd.DataFrame, key: tuple[str, ...]
) -> tuple[pd.DataFrame, pd.DataFrame, MartSchema]:
    """Return the rows that are not to the letter on both sides, and how to compare them."""
    kinds = {column: _kind(left[column]) for column in left.columns}
    assert set(kinds) == set(right.columns), (list(left.columns), list(right.columns))
    return *_apart(left, right[list(kinds)]), MartSchema(key, kinds)


def _apart(left: pd.DataFrame, right: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of each side that are not to the letter in the other.

    Nearly all rows are equal, and comparing those value by value is what takes the time.
    """
    rows = [Counter(map(_plain, side.itertuples(index=False, name=None))) for side in (left, right)]
    apart = (rows[0] - rows[1], rows[1] - rows[0])
    columns = list(left.columns)
    left_only, right_only = (
        pd.DataFrame(list(side.elements()), columns=columns, dtype="object") for side in apart
    )
    return left_only, right_only


def _kind(values: Iterable[object]) -> Kind:
    """Tell how a column is compared from the first value that is not NULL."""
    for value in values:
        if value is None:
            continue
        if isinstance(value, float):
            return Kind.FLOAT
        if isinstance(value, Decimal):
            return Kind.DECIMAL
        if isinstance(value, int):
            return Kind.INTEGER
        if isinstance(value, date) and not isinstance(value, datetime):
            return Kind.DATE
        return Kind.TEXT
    return Kind.TEXT


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """Write instants as text, which is how they are compared."""
    return tuple(str(value) if isinstance(value, datetime) else value for value in row)
