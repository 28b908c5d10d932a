"""SQL that turns rows into text, and rows into totals.

One text serves LOAD DATA, Arrow's CSV reader and the checksums: fields separated by commas,
strings in double quotes with quotes in them doubled, the bare word NULL for NULL. Quotes make
tabs, commas, newlines and backslashes harmless, so only one character per string is escaped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from loader import mysql
from loader.feeds import ColumnType, Feed
from loader.sources.base import LiveColumn, Totals
from loader.windows import Part

LOAD_FORMAT = (
    "CHARACTER SET utf8mb4 FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' "
    "LINES TERMINATED BY '\\n'"
)


def mysql_is_real(column: str) -> str:
    """Condition that a date or instant exists in the calendar: no zero parts, no 31 February."""
    name = mysql.quote(column)
    return f"(YEAR({name}) > 0 AND DAYOFMONTH({name}) BETWEEN 1 AND DAYOFMONTH(LAST_DAY({name})))"


def mysql_row(
    feed: Feed, live: Mapping[str, LiveColumn] | None = None, *, unreal_as_null: bool = False
) -> str:
    """Expression of MySQL and MariaDB for the text of a row.

    Args:
        feed: gives the columns and their order.
        live: the columns as the server has them; None for the feed's own table in the warehouse.
        unreal_as_null: whether dates that no calendar knows become NULL.
    """
    fields = [
        _mysql_field(name, kind, live[name] if live else None, unreal_as_null=unreal_as_null)
        for name, kind in feed.columns.items()
    ]
    return f"CONCAT_WS(',', {', '.join(fields)})"


def _mysql_field(
    name: str, kind: ColumnType, live: LiveColumn | None, *, unreal_as_null: bool
) -> str:
    value, nullable = mysql.quote(name), live is None or live.nullable
    if kind.kind == "varchar":
        if live and live.charset != "utf8mb4":
            # Two legacy character sets in one CONCAT_WS would be an illegal mix.
            value = f"CONVERT({value} USING utf8mb4)"
        value = f"""CONCAT('"', REPLACE({value}, '"', '""'), '"')"""
    elif kind.kind == "decimal" and live and live.scale != kind.scale:
        # A checksum compares text: 1.5 and 1.5000 are the same number.
        value = f"CAST({value} AS DECIMAL({kind.precision},{kind.scale}))"
    elif kind.is_temporal and unreal_as_null:
        value, nullable = f"IF({mysql_is_real(name)}, {value}, NULL)", True
    # CONCAT_WS drops NULLs together with their separator.
    return f"COALESCE({value}, 'NULL')" if nullable else value


def duckdb_row(feed: Feed) -> str:
    """Expression of DuckDB for the text of a row.

    It fails on fractions of a second, which the warehouse's datetime would round.
    """
    fields = []
    for name, kind in feed.columns.items():
        value = f'"{name}"'
        if kind.kind == "varchar":
            value = f"""'"' || replace({value}, '"', '""') || '"'"""
        elif kind.kind == "datetime":
            value = (
                f"CASE WHEN date_trunc('second', {value}) <> {value} "
                f"THEN error('column {name} holds fractions of a second') "
                f"ELSE strftime({value}, '%Y-%m-%d %H:%M:%S') END"
            )
        fields.append(f"coalesce(({value})::VARCHAR, 'NULL')")
    return f"concat_ws(',', {', '.join(fields)})"


def where_part(part: Part, quote: Callable[[str], str]) -> str:
    """The WHERE clause of a part, with a leading space; empty when it is the whole feed.

    Args:
        part: gives the date column and its bounds.
        quote: how the engine quotes an identifier.
    """
    column = part.feed.date_column
    if column is None or part.lower is None or part.upper is None:
        return ""
    name = quote(column)
    return f" WHERE {name} >= {mysql.literal(part.lower)} AND {name} < {mysql.literal(part.upper)}"


def totals_query(
    part: Part,
    days: Sequence[tuple[date, Part]],
    table: str,
    quote: Callable[[str], str],
    checksum: str | None,
) -> str:
    """Count, sums and checksum of a table by business date.

    Args:
        part: the whole range.
        days: each date with its bounds, oldest first; empty for a feed that is copied whole.
        table: quoted name of the table.
        quote: how the engine quotes an identifier.
        checksum: expression over one row, or None.
    """
    day = "0"
    if days and part.feed.date_column:
        column = quote(part.feed.date_column)
        branches = [
            f"WHEN {column} >= {mysql.literal(single.lower)} THEN {index}"
            for index, (_, single) in reversed(list(enumerate(days)))
        ]
        day = f"CASE {' '.join(branches)} END"
    sums = [f"SUM({quote(name)})" for name in summed(part.feed)]
    columns = ["COUNT(*)", *sums, f"SUM({checksum})" if checksum else "NULL"]
    return (
        f"SELECT {day} AS day_index, {', '.join(columns)} "
        f"FROM {table}{where_part(part, quote)} GROUP BY 1"
    )


def summed(feed: Feed) -> list[str]:
    """The columns of a feed whose sums are compared."""
    return [name for name, kind in feed.columns.items() if kind.is_numeric]


def merge_totals(
    feed: Feed, days: Sequence[tuple[date, Part]], results: Iterable[Sequence[Any]]
) -> dict[date | None, Totals]:
    """Add up the rows of `totals_query` of one or several tables of a feed."""
    names = summed(feed)
    merged: dict[date | None, Totals] = {}
    for index, rows, *sums, checksum in results:
        day = days[int(index)][0] if days else None
        old = merged.get(day, Totals(0, dict.fromkeys(names)))
        merged[day] = Totals(
            old.rows + int(rows),
            {
                name: _add(old.sums[name], None if value is None else Decimal(str(value)))
                for name, value in zip(names, sums, strict=True)
            },
            None if checksum is None else (old.checksum or 0) + int(checksum),
        )
    return merged


def _add(left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return right if left is None else left
    return left + right
