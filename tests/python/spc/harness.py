"""Runs the SPC macros on literal points, in a dbt project of macros alone."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.python.marts.harness import Warehouse

# Column types that every engine knows.
Columns = Mapping[str, str]
Row = dict[Hashable, Any]
SEPARATOR = "/* next query */"


@dataclass(frozen=True)
class Bench:
    """An engine on which queries that call macros are run.

    Attributes:
        warehouse: an empty warehouse; of its project the macros are read, and nothing else.
    """

    warehouse: Warehouse

    def __post_init__(self) -> None:
        """Take models and tests out of the project, so that dbt reads it in a second."""
        for name in ("models", "tests"):
            (self.warehouse.folder / name).unlink()

    def create(self, table: str, columns: Columns, rows: Sequence[tuple[object, ...]]) -> None:
        """Create a table and fill it.

        Args:
            table: its name.
            columns: name and SQL type of each column.
            rows: values in the order of the columns; NULL as None.
        """
        declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.warehouse.execute(f"create table {table} ({declared})")
        for first in range(0, len(rows), 1000):
            values = ", ".join(
                f"({', '.join(_literal(value) for value in row)})"
                for row in rows[first : first + 1000]
            )
            self.warehouse.execute(f"insert into {table} values {values}")

    def compile(self, queries: Mapping[str, str]) -> dict[str, str]:
        """Return the SQL of queries that call macros.

        Args:
            queries: name and text, with Jinja, of each.

        Raises:
            AssertionError: if dbt refuses one.
        """
        compiled = self.warehouse.dbt(
            "compile", "--output", "json", "--inline", SEPARATOR.join(queries.values())
        )
        assert compiled.returncode == 0, compiled.output
        answer = compiled.output[compiled.output.index('"compiled"') :]
        sql: str = json.JSONDecoder().raw_decode(answer.split(":", 1)[1].lstrip())[0]
        return dict(zip(queries, sql.split(SEPARATOR), strict=True))

    def run(self, queries: Mapping[str, str], order_by: Sequence[str]) -> dict[str, list[Row]]:
        """Return the rows of queries that call macros, in order of some of their columns."""
        return {
            name: self.warehouse.query(sql)
            .sort_values(list(order_by), ignore_index=True)
            .to_dict("records")
            for name, sql in self.compile(queries).items()
        }


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        # An exponent makes it a double everywhere; without one it would be a decimal.
        return f"{value!r}e0" if "e" not in repr(value) else repr(value)
    return repr(value) if isinstance(value, int) else f"'{value}'"
