"""Write the digest of the macros into dbt_project.yml: `python -m dev.macros_digest`.

dbt does not tell a model which text its macros had. The variable `macros_digest` does, as a part of
every model's definition: after a macro was edited, the next build computes everything again.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = ROOT / "dbt_project.yml"
# The folders whose macros decide what stands in a table; the others decide how it is built.
FOLDERS = ("accuracy", "alerts", "calendar", "dialect", "spc", "staging", "store")
LINE = re.compile(r"^(    macros_digest: )(\S+)$", re.MULTILINE)


def digest() -> str:
    """Return 16 hexadecimal digits over the names and texts of the macros."""
    summed = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted((ROOT / "macros" / folder).glob("*.sql")):
            summed.update(f"{folder}/{path.name}\n{path.read_text()}\n".encode())
    return summed.hexdigest()[:16]


def recorded() -> str:
    """Return the digest that dbt_project.yml holds.

    Raises:
        ValueError: if it holds none.
    """
    found = LINE.search(PROJECT.read_text())
    if found is None:
        raise ValueError("dbt_project.yml has no variable macros_digest")
    return found[2]


if __name__ == "__main__":
    PROJECT.write_text(LINE.sub(rf"\g<1>{digest()}", PROJECT.read_text()))
