"""The feed configuration, feeds.yml, as checked objects.

Names of the file end up in SQL, so they are restricted to plain identifiers, and types to the
few that every engine stores alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from loader.errors import ConfigError

IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")
TYPE = re.compile(
    r"(?P<base>bigint|int|date|datetime)"
    r"|varchar\((?P<length>\d{1,4})\)"
    r"|decimal\((?P<precision>\d{1,2}),\s*(?P<scale>\d{1,2})\)"
)
Kind = Literal["bigint", "int", "varchar", "decimal", "date", "datetime"]


@dataclass(frozen=True)
class ColumnType:
    """Type of a column.

    Attributes:
        length: characters of a varchar.
        precision: digits of a decimal.
        scale: digits of them after the point.
    """

    kind: Kind
    length: int = 0
    precision: int = 0
    scale: int = 0

    @property
    def is_numeric(self) -> bool:
        """Whether its sum means something to compare."""
        return self.kind in ("bigint", "int", "decimal")

    @property
    def is_temporal(self) -> bool:
        """Whether it is a date or an instant."""
        return self.kind in ("date", "datetime")

    def __str__(self) -> str:
        if self.kind == "varchar":
            return f"varchar({self.length})"
        if self.kind == "decimal":
            return f"decimal({self.precision},{self.scale})"
        return self.kind


def parse_type(text: str) -> ColumnType:
    """Read a type as feeds.yml writes it.

    Raises:
        ValueError: it is not one of the types that every engine stores alike.
    """
    match = TYPE.fullmatch(text.strip().lower())
    if match is None:
        raise ValueError(
            f"type {text!r} is not one of bigint, int, varchar(n), decimal(p,s), date, datetime"
        )
    if match["length"]:
        return ColumnType("varchar", length=int(match["length"]))
    if match["precision"]:
        precision, scale = int(match["precision"]), int(match["scale"])
        # 38 digits is the widest decimal that DuckDB and Arrow hold.
        if not 1 <= precision <= 38 or scale > precision:
            raise ValueError(f"type {text!r}: 1 to 38 digits, of them at most all after the point")
        return ColumnType("decimal", precision=precision, scale=scale)
    kind: Any = match["base"]
    return ColumnType(kind)


def _identifier(text: str) -> str:
    if not IDENTIFIER.fullmatch(text):
        raise ValueError(f"{text!r} is not a plain identifier (letters, digits, underscores)")
    return text


def _zone(text: str) -> str:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"{text!r} is not a time zone") from None
    return text


def _type(value: object) -> ColumnType:
    return value if isinstance(value, ColumnType) else parse_type(str(value))


Identifier = Annotated[str, AfterValidator(_identifier)]
Zone = Annotated[str, AfterValidator(_zone)]


class _Strict(BaseModel):
    # Input is hidden: a value pasted into the wrong place may be a secret.
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Feed(_Strict):
    """One feed: rows of one entity from one or several tables of one server.

    Attributes:
        name: the entity; its table in the warehouse is `raw_<name>`.
        tables: shards that together hold the entity.
        key: columns that identify a row across all tables.
        date_column: decides the business date; None for a feed that is copied whole.
        lookback_days: days before the asked date that `load` reads again.
        columns: type by name, in the order of the raw table.
    """

    name: Identifier
    server: Identifier
    schema_name: Identifier = Field(alias="schema")
    tables: tuple[Identifier, ...] = Field(min_length=1)
    key: tuple[Identifier, ...] = Field(min_length=1)
    date_column: Identifier | None = None
    lookback_days: int = Field(ge=0, le=366)
    columns: dict[Identifier, Annotated[ColumnType, BeforeValidator(_type)]]

    @property
    def raw_table(self) -> str:
        """Name of its table in the warehouse."""
        return f"raw_{self.name}"

    @property
    def date_kind(self) -> Kind | None:
        """`date`, `datetime`, or None for a feed that is copied whole."""
        return self.columns[self.date_column].kind if self.date_column else None

    def full_name(self, table: str) -> str:
        """A table with its schema, as messages show it."""
        return f"{self.schema_name}.{table}"

    @property
    def source_names(self) -> str:
        """Its tables as a message shows them."""
        first, last = self.full_name(self.tables[0]), self.tables[-1]
        return first if len(self.tables) == 1 else f"{first} to {last}"

    @model_validator(mode="after")
    def _consistent(self) -> Feed:
        for column in (*self.key, *([self.date_column] if self.date_column else [])):
            if column not in self.columns:
                raise ValueError(f"column {column} is used but not listed under columns")
        if self.date_column and not self.columns[self.date_column].is_temporal:
            raise ValueError(f"date_column {self.date_column} is neither date nor datetime")
        if len(set(self.tables)) != len(self.tables):
            raise ValueError("a table is listed twice")
        return self


class Catalog(_Strict):
    """The whole of feeds.yml.

    Attributes:
        clock: zone in which source servers write their timestamps.
        time_zone: zone of business dates.
        window_days: longest window, in days; each one commits on its own.
        reconcile_days: days that `reconcile` compares.
    """

    clock: Zone
    time_zone: Zone
    window_days: int = Field(ge=1, le=366)
    lookback_days: int = Field(ge=0, le=366)
    reconcile_days: int = Field(ge=1, le=3660)
    feeds: dict[Identifier, Feed]

    def select(self, names: Iterable[str]) -> list[Feed]:
        """The named feeds in the order of the file; all of them for no name.

        Raises:
            ConfigError: a name is not a feed.
        """
        wanted = set(names)
        unknown = sorted(wanted - set(self.feeds))
        if unknown:
            raise ConfigError(f"unknown feed {unknown[0]!r}: one of {', '.join(self.feeds)}")
        return [feed for name, feed in self.feeds.items() if not wanted or name in wanted]


def read_catalog(path: Path) -> Catalog:
    """Read and check a feed configuration.

    Raises:
        ConfigError: the file cannot be read, or an entry is wrong; the message names it.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" (line {mark.line + 1})" if mark else ""
        raise ConfigError(f"{path}: not valid YAML{line}") from None
    if not isinstance(content, dict) or not isinstance(content.get("feeds"), dict):
        raise ConfigError(f"{path}: no `feeds` in it")
    feeds = {}
    for name, entry in content["feeds"].items():
        if not isinstance(entry, dict):
            raise ConfigError(f"{path}: feeds.{name} is not a mapping")
        feeds[name] = {"lookback_days": content.get("lookback_days", 0), **entry, "name": name}
    try:
        return Catalog.model_validate({**content, "feeds": feeds})
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{path}: {where}: {first['msg']}") from None
