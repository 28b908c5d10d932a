"""A copy of the project for a trial: its own warehouse and seeds, everything else as it is."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from dev.measured import Spent, run

PROJECT_ROOT = Path(__file__).resolve().parents[1]
LINKED = ("macros", "models", "tests", "analyses", "dbt_project.yml")


@dataclass(frozen=True)
class Scratch:
    """A copy of the project and the warehouse it builds.

    Attributes:
        folder: of the copy.
        warehouse: the STOREWATCH_ variables that name the warehouse and the sources.
    """

    folder: Path
    warehouse: Mapping[str, str]

    def create(self) -> None:
        """Link and copy the project into the folder, which must not exist."""
        self.folder.mkdir(parents=True)
        for name in LINKED:
            (self.folder / name).symlink_to(PROJECT_ROOT / name)
        shutil.copytree(PROJECT_ROOT / "seeds", self.folder / "seeds")
        shutil.copy(PROJECT_ROOT / "profiles.example.yml", self.folder / "profiles.yml")

    def loader(self, *arguments: str) -> Spent:
        """Run `python -m loader`.

        Raises:
            CommandError: it failed.
        """
        return run([sys.executable, "-m", "loader", *arguments], self.warehouse, PROJECT_ROOT)

    def dbt(self, as_of: date, *arguments: str) -> Spent:
        """Run dbt.

        Args:
            as_of: the variable as_of_date. dbt reads the whole project anew when it changes.
            arguments: the command and its options.

        Raises:
            CommandError: it failed.
        """
        variables = json.dumps({"as_of_date": f"{as_of}"})
        command: Sequence[str] = (str(Path(sys.executable).parent / "dbt"), *arguments)
        profiles = {"DBT_PROFILES_DIR": str(self.folder)}
        return run([*command, "--vars", variables], {**self.warehouse, **profiles}, self.folder)


def on_duckdb(database: Path) -> dict[str, str]:
    """Return the variables that name a DuckDB warehouse."""
    return {"STOREWATCH_TARGET": "duckdb", "STOREWATCH_DUCKDB_PATH": str(database)}
