"""Run sqlfluff over models and tests: `python -m dev.lint_sql`.

Models are compiled before they are linted, and the incremental ones ask the warehouse for their
state, so sqlfluff needs a server: the private MariaDB of dev.servers. With the server away sqlfluff
skips such files and still succeeds, which is why its output is searched for that.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from dev.servers import ServerError, mariadb_from_environment

SCHEMA = "storewatch_lint"
LINTED = ("models", "tests/singular")


def main() -> int:
    """Lint the SQL, and return sqlfluff's exit code, or 1 when a file was skipped."""
    server = mariadb_from_environment()
    was_running = server.answers()
    try:
        server.up()
    except ServerError as error:
        print(f"sqlfluff: SKIPPED, it needs MariaDB: {error}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    linted = subprocess.run(
        [str(Path(sys.executable).parent / "sqlfluff"), "lint", "--nocolor", *LINTED],
        env=os.environ | server.environment(SCHEMA),
        capture_output=True,
        text=True,
        check=False,
    )
    if not was_running:
        server.down()
    if linted.returncode != 0:
        print(linted.stdout + linted.stderr)
    if "Skipped file" in linted.stdout + linted.stderr:
        print("sqlfluff: a file was skipped, see above", file=sys.stderr)
        return 1
    return linted.returncode


if __name__ == "__main__":
    sys.exit(main())
