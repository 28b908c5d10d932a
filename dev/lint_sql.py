"""Run sqlfluff over models, tests and analyses: `python -m dev.lint_sql`.

Models are compiled before they are linted, and the incremental ones ask the warehouse for their
state, so sqlfluff needs a server: a MariaDB for this run alone. With the server away sqlfluff skips
such files and still succeeds, which is why its output is searched for that.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from dev.servers import MariaDB, ServerError, free_port

SCHEMA = "storewatch_lint"
LINTED = ("models", "tests/singular", "analyses")


def main() -> int:
    """Lint the SQL, and return sqlfluff's exit code, or 1 when a file was skipped."""
    with tempfile.TemporaryDirectory() as directory:
        server = MariaDB(Path(directory), free_port(), buffer_pool_mb=64, log_file_mb=32)
        try:
            server.up()
        except ServerError as error:
            print(f"sqlfluff: SKIPPED, it needs MariaDB: {error}", file=sys.stderr)
            return 1 if os.environ.get("CI") == "true" else 0
        try:
            return lint(server.address.environment(SCHEMA))
        finally:
            server.down()


def lint(environment: dict[str, str]) -> int:
    """Run sqlfluff with the variables that name a warehouse, and return its exit code."""
    linted = subprocess.run(
        [str(Path(sys.executable).parent / "sqlfluff"), "lint", "--nocolor", *LINTED],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if linted.returncode != 0:
        print(linted.stdout + linted.stderr)
    if "Skipped file" in linted.stdout + linted.stderr:
        print("sqlfluff: a file was skipped, see above", file=sys.stderr)
        return 1
    return linted.returncode


if __name__ == "__main__":
    sys.exit(main())
