"""Real database servers for every test folder.

A server that cannot be had is a visible skip on a laptop and a failure in CI.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from dev.servers import MariaDB, Server, ServerError, free_port

MYSQL_TOOL = Path(__file__).resolve().parents[3] / "shared" / "tools" / "mysql-server"
MakeSchema = Callable[[Server], str]


def _absent(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def _one_at_a_time(what: str) -> Iterator[None]:
    """Keep the other processes of this user out of the same block until it ends.

    Args:
        what: is done in it; part of the name of the lock file, which stays.
    """
    path = Path(tempfile.gettempdir()) / f"storewatch-{what}-{os.getuid()}.lock"
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a MariaDB of this session alone, on a free port; it is stopped and removed."""
    directory = tmp_path_factory.mktemp("mariadb")
    try:
        # An installation keeps tables in the system's directory for temporary files, where another
        # one deletes them. And a port that is free may be another worker's a moment later.
        with _one_at_a_time("mariadb"):
            server = MariaDB(directory, free_port(), buffer_pool_mb=256, log_file_mb=96)
            server.up()
    except ServerError as error:
        _absent(f"MariaDB: {error}")
    yield server.address
    server.down()
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def mysql() -> Server:
    """Return a MySQL 9, started by the tool beside the project; it goes on running."""
    if not MYSQL_TOOL.exists():
        _absent("MySQL: ../shared/tools/mysql-server is missing")
    # The first call installs it: workers would write into the same directory, and all of them fail.
    with _one_at_a_time("mysql"):
        done = subprocess.run(
            [str(MYSQL_TOOL), "up"], capture_output=True, text=True, check=False, timeout=600
        )
    found = re.search(r"host=(\S+) port=(\d+) user=(\S+) password=(\S*)", done.stdout)
    if done.returncode != 0 or found is None:
        lines = (done.stderr or done.stdout).strip().splitlines()
        _absent(f"MySQL: {lines[-1] if lines else 'mysql-server up said nothing'}")
    return Server("mysql", found[1], int(found[2]), found[3], found[4])


@pytest.fixture
def make_schema() -> Iterator[MakeSchema]:
    """Return a function that makes an empty schema on a server; it is dropped after the test."""
    made: list[tuple[Server, str]] = []

    def make(server: Server) -> str:
        name = f"sw_{uuid.uuid4().hex[:12]}"
        server.run(f"CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
        made.append((server, name))
        return name

    yield make
    for server, name in made:
        server.run(f"DROP DATABASE IF EXISTS {name}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the longest files, so that no worker ends alone with one of them."""
    longest = (
        "test_incremental.py",
        "test_store_incremental.py",
        "test_store_marts_match_oracle.py",
        "test_marts_match_oracle.py",
        "test_readme.py",
        "test_atomic_swap.py",
        "test_negative_controls.py",
    )
    places = {name: place for place, name in enumerate(longest)}
    items.sort(key=lambda item: places.get(item.path.name, len(longest)))
