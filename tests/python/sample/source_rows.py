"""Source rows for tests: collected in memory, or read back from a written file."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import duckdb
import pandas as pd
import pyarrow as pa

from dev.sample.generate import Plan, daily, snapshots
from dev.sample.write import Writer
from loader.feeds import Feed, read_catalog
from loader.settings import DEFAULT_FEEDS, Address

FEEDS = read_catalog(DEFAULT_FEEDS).feeds
NEW_YORK = "America/New_York"


def write(plan: Plan, address: Address, feeds: Mapping[str, Feed] | None = None) -> None:
    """Write a plan's rows as the command does."""
    with Writer(address, feeds) as writer:
        for feed, table, rows in snapshots(plan):
            writer.add(feed, table, rows)
        for _, batches in daily(plan):
            for feed, table, rows in batches:
                writer.add(feed, table, rows)


def collect(plan: Plan) -> dict[tuple[str, int], pa.Table]:
    """Return a plan's dated rows by feed and position of the table."""
    found: dict[tuple[str, int], list[pa.RecordBatch]] = {}
    for _, batches in daily(plan):
        for feed, table, rows in batches:
            found.setdefault((feed, table), []).append(rows)
    return {key: pa.Table.from_batches(batches) for key, batches in found.items()}


def frame(tables: dict[tuple[str, int], pa.Table], feed: str) -> pd.DataFrame:
    """Return the rows of a feed from all its tables."""
    parts = [table for (name, _), table in sorted(tables.items()) if name == feed]
    rows: pd.DataFrame = pa.concat_tables(parts).to_pandas()
    return rows


def read(path: Path, feed: Feed) -> pd.DataFrame:
    """Return the rows of a feed from all its tables in a DuckDB file."""
    union = " union all ".join(f"select * from {feed.schema_name}.{table}" for table in feed.tables)
    with duckdb.connect(str(path), read_only=True) as connection:
        # Through Arrow: decimals stay decimals.
        rows: pd.DataFrame = connection.execute(union).to_arrow_table().to_pandas()
    return rows


def as_text(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every value as text, so that engines' types do not matter, in the order of the key."""
    text = rows.astype(object).where(rows.notna(), "NULL").astype(str)
    return text.sort_values(list(text.columns), ignore_index=True)


def local(instants: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Return New York times of UTC instants."""
    return instants.dt.tz_localize("UTC").dt.tz_convert(NEW_YORK)


def local_dates(instants: "pd.Series[pd.Timestamp]") -> "pd.Series[pd.Timestamp]":
    """Return local midnights, without a zone, of UTC instants."""
    return local(instants).dt.tz_localize(None).dt.normalize()


def sum_decimals(values: Iterable[object]) -> int:
    """Return a sum of decimals with four places, in ten-thousandths, exactly."""
    return sum(int(str(value).replace(".", "")) for value in values)
