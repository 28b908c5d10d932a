"""Compares the live schema of the sources, and of the warehouse, with the feed configuration."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from loader.feeds import ColumnType, Feed
from loader.sources.base import LiveColumn, Source
from loader.warehouse.base import Warehouse, raw_columns

WANTED_BITS = {"int": 32, "bigint": 64}


def fits(live: LiveColumn, wanted: ColumnType, *, clock_is_utc: bool = True) -> bool:
    """Whether every value of a live column can be stored unchanged as the wanted type.

    Args:
        live: the column as the server has it.
        wanted: the type in feeds.yml.
        clock_is_utc: whether the sources' clock is UTC, in which sessions read a `timestamp`.
    """
    if wanted.kind in WANTED_BITS:
        return live.kind == "int" and live.size <= WANTED_BITS[wanted.kind]
    if wanted.kind == "decimal":
        whole = live.size - live.scale
        return (
            live.kind == "decimal"
            and live.scale <= wanted.scale
            and whole <= wanted.precision - wanted.scale
        )
    if wanted.kind == "varchar":
        return live.kind == "string" and live.size <= wanted.length
    if wanted.kind == "date":
        return live.kind == "date"
    instant = live.kind == "datetime" or (live.kind == "timestamp" and clock_is_utc)
    return instant and live.scale == 0


def source_problems(feed: Feed, source: Source, *, clock_is_utc: bool) -> list[str]:
    """Everything that keeps a feed from being copied; each line names table and column."""
    problems: list[str] = []
    for table in feed.tables:
        live = source.live_columns(feed.schema_name, table)
        where = f"feed {feed.name}: "
        full = feed.full_name(table)
        if not live:
            problems.append(f"{where}table {full} is missing or may not be read")
            continue
        problems += [
            where + problem
            for problem in _differences(feed.columns, live, full, clock_is_utc=clock_is_utc)
        ]
    return problems


def warehouse_problems(feed: Feed, warehouse: Warehouse) -> list[str]:
    """What is wrong with the raw table of a feed."""
    live = warehouse.live_columns(feed.raw_table)
    if not live:
        return [
            f"feed {feed.name}: table {feed.raw_table} is missing: run `python -m loader setup`"
        ]
    wanted = raw_columns(feed)
    problems = [
        f"feed {feed.name}: {problem}"
        for problem in _differences(wanted, live, feed.raw_table, clock_is_utc=True)
    ]
    # The other way round, a column too many or one too narrow would make inserts fail.
    problems += [
        f"feed {feed.name}: column {column.name} of {feed.raw_table} is not in feeds.yml"
        for column in live
        if column.name not in wanted
    ]
    problems += [
        f"feed {feed.name}: column {column.name} of {feed.raw_table} is {column.text}, "
        f"narrower than {wanted[column.name]} in feeds.yml"
        for column in live
        if column.name in wanted and _narrower(column, wanted[column.name])
    ]
    return problems


def _differences(
    wanted: dict[str, ColumnType],
    live: Iterable[LiveColumn],
    table: str,
    *,
    clock_is_utc: bool,
) -> list[str]:
    by_name = {column.name: column for column in live}
    spare = [column for name, column in by_name.items() if name not in wanted]
    problems = []
    for name, kind in wanted.items():
        column = by_name.get(name)
        if column is None:
            guess = _renamed(name, kind, spare)
            hint = f" (renamed to {guess}?)" if guess else ""
            problems.append(f"column {name} is missing in {table}{hint}")
        elif not fits(column, kind, clock_is_utc=clock_is_utc):
            problems.append(f"column {name} in {table} is {column.text}, {kind} expected")
    return problems


def _renamed(name: str, kind: ColumnType, spare: list[LiveColumn]) -> str | None:
    candidates = [column.name for column in spare if fits(column, kind)]
    close = difflib.get_close_matches(name, candidates, n=1, cutoff=0.5)
    if close:
        return close[0]
    # A single new column of the right type is the likely one whatever its name.
    return candidates[0] if len(candidates) == 1 else None


def _narrower(live: LiveColumn, wanted: ColumnType) -> bool:
    if live.kind == "int":
        return live.size < WANTED_BITS.get(wanted.kind, 0)
    if live.kind == "string":
        return 0 < live.size < wanted.length
    if live.kind == "decimal":
        whole = wanted.precision - wanted.scale
        return live.scale < wanted.scale or live.size - live.scale < whole
    return False
