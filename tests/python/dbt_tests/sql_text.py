"""Reads the SQL of a model without its Jinja and finds what it must not hold."""

from __future__ import annotations

import csv
import re
from pathlib import Path

COMMENT = re.compile(r"{#.*?#}|--[^\n]*", re.DOTALL)
JINJA = re.compile(r"{{.*?}}|{%.*?%}", re.DOTALL)
TEXT = re.compile(r"'[^']*'")
JINJA_TEXT = re.compile(r"""'([^']*)'|"([^"]*)\"""")
CALL = re.compile(r"\b([a-z_][a-z0-9_]*) ?\(", re.IGNORECASE)

# Words that stand before a bracket without calling anything, and the names of types.
KEYWORDS = {
    "and", "as", "by", "case", "else", "exists", "from", "in", "join", "not", "on", "or", "over",
    "select", "then", "values", "when", "where", "with",
    "char", "decimal", "varchar",
}  # fmt: skip
# SQL:2003 functions, and the trigonometric ones of SQL:2016, that every engine spells and computes
# alike.
STANDARD = {
    "abs", "avg", "cast", "coalesce", "count", "cume_dist", "floor", "lag", "lead", "max", "min",
    "nullif", "rank", "row_number", "sqrt", "stddev_samp", "sum", "trim",
    "acos", "asin", "cos", "sin",
}  # fmt: skip
# Newer or not standard, but the same on MySQL, MariaDB, DuckDB and Spark where they are defined; in
# macros and tests.
COMMON = {
    "exp", "greatest", "least", "length", "ln", "mod", "power", "replace", "sign",
}  # fmt: skip


def plain(sql: str) -> str:
    """Return the SQL alone: comments and texts taken out, and of Jinja all but its texts.

    Texts in Jinja are pieces of SQL, handed to a macro.
    """
    return TEXT.sub("''", JINJA.sub(_jinja_texts, COMMENT.sub(" ", sql)))


def _jinja_texts(block: re.Match[str]) -> str:
    texts = (one or other for one, other in JINJA_TEXT.findall(block[0]))
    return f" {' '.join(texts)} "


def foreign_calls(sql: str, allowed: set[str]) -> set[str]:
    """Return the functions that a model may not call itself, since engines differ on them.

    Args:
        sql: text of a model or a macro.
        allowed: functions it may call.
    """
    called = {name.lower() for name in CALL.findall(plain(sql))}
    return called - KEYWORDS - allowed


def is_recursive(sql: str) -> bool:
    """Whether the SQL holds a recursive CTE."""
    return re.search(r"\brecursive\b", COMMENT.sub(" ", sql), re.IGNORECASE) is not None


def ids(seeds: Path) -> set[str]:
    """Return the numbers and codes of stores, sites and products."""
    columns = (
        ("stores", ("dept_id", "shop_no")),
        ("excluded_sites", ("site_id",)),
        ("products", ("goods_code",)),
    )
    found = set()
    for seed, names in columns:
        with (seeds / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
            found |= {row[name] for row in csv.DictReader(file) for name in names}
    return found


def literal_ids(sql: str, known: set[str]) -> set[str]:
    """Return the ids of stores and products that the SQL names, Jinja included."""
    return set(re.findall(r"\b\w+\b", COMMENT.sub(" ", sql))) & known
