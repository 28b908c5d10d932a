"""The tables to write, from the feed configuration."""

from dataclasses import dataclass
from pathlib import Path

import yaml

FEEDS_FILE = Path(__file__).parents[2] / "loader" / "feeds.yml"


@dataclass(frozen=True)
class Feed:
    """One feed of the configuration.

    Attributes:
        name: name of the feed.
        schema: schema in the source.
        tables: one table, or one per weekday.
        key: columns of the primary key.
        date_column: column that dates a row; None for a snapshot.
        columns: names and types in the order of the table.
    """

    name: str
    schema: str
    tables: tuple[str, ...]
    key: tuple[str, ...]
    date_column: str | None
    columns: dict[str, str]


def load_feeds() -> dict[str, Feed]:
    """Read the feed configuration."""
    config = yaml.safe_load(FEEDS_FILE.read_text(encoding="utf-8"))
    return {
        name: Feed(
            name=name,
            schema=feed["schema"],
            tables=tuple(feed["tables"]),
            key=tuple(feed["key"]),
            date_column=feed.get("date_column"),
            columns=dict(feed["columns"]),
        )
        for name, feed in config["feeds"].items()
    }
