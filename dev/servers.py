"""A private MariaDB for development and tests: own data directory, own port, no system service.

    python -m dev.servers mariadb up       start it (creates the data directory the first time)
    python -m dev.servers mariadb status   exit 0 when it answers, 1 when it does not
    python -m dev.servers mariadb down     stop it; the data stays

It listens on 127.0.0.1 only, for user root without a password. STOREWATCH_MARIADB_DIR (default
warehouse/mariadb) and STOREWATCH_MARIADB_PORT (default 3310) change the place and the port.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pymysql
import typer
from pymysql.cursors import Cursor

DEFAULT_DIR = Path("warehouse") / "mariadb"
DEFAULT_PORT = 3310
START_SECONDS = 60
STOP_SECONDS = 60


class ServerError(Exception):
    """The server could not be started or stopped; the message is one line for people."""


@dataclass(frozen=True)
class Server:
    """How to reach a server that runs.

    Attributes:
        engine: `mariadb` or `mysql`.
    """

    engine: str
    host: str
    port: int
    user: str
    password: str

    def url(self, schema: str = "") -> str:
        """Its SQLAlchemy URL."""
        secret = f":{self.password}" if self.password else ""
        return f"mysql+pymysql://{self.user}{secret}@{self.host}:{self.port}/{schema}"

    def environment(self, schema: str) -> dict[str, str]:
        """The variables that make this server the warehouse.

        Args:
            schema: name of the warehouse schema.
        """
        return {
            "STOREWATCH_TARGET": self.engine,
            "STOREWATCH_DB_HOST": self.host,
            "STOREWATCH_DB_PORT": str(self.port),
            "STOREWATCH_DB_USER": self.user,
            "STOREWATCH_DB_PASSWORD": self.password,
            "STOREWATCH_DB_SCHEMA": schema,
        }

    def connect(self, schema: str | None = None) -> pymysql.Connection[Cursor]:
        """A connection that commits every statement."""
        return pymysql.connect(
            host=self.host,
            port=self.port,
            user=self.user,
            password=self.password,
            database=schema,
            charset="utf8mb4",
            autocommit=True,
        )

    def run(self, *statements: str, schema: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements and return the rows of the last one."""
        rows: list[tuple[Any, ...]] = []
        with contextlib.closing(self.connect(schema)) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
                rows = list(cursor.fetchall())
        return rows


@dataclass(frozen=True)
class MariaDB:
    """A MariaDB server that belongs to one directory.

    Attributes:
        directory: holds the data, the log and the pid file; created when missing.
        port: TCP port on 127.0.0.1.
        buffer_pool_mb: memory for InnoDB pages, in MiB.
        log_file_mb: redo log, in MiB.
    """

    directory: Path
    port: int = DEFAULT_PORT
    buffer_pool_mb: int = 512
    log_file_mb: int = 512

    @property
    def address(self) -> Server:
        """How to reach it."""
        return Server("mariadb", "127.0.0.1", self.port, "root", "")

    @property
    def _data(self) -> Path:
        return self.directory.resolve() / "data"

    def _temporary(self) -> Path:
        directory = self.directory.resolve() / "tmp"
        directory.mkdir(exist_ok=True)
        return directory

    @property
    def _log(self) -> Path:
        return self.directory.resolve() / "mariadbd.log"

    @property
    def _pid_file(self) -> Path:
        return self.directory.resolve() / "mariadbd.pid"

    def answers(self) -> bool:
        """Whether a server accepts connections on the port."""
        return self._data_directory() is not None

    def _data_directory(self) -> Path | None:
        try:
            connection = pymysql.connect(
                host="127.0.0.1", port=self.port, user="root", connect_timeout=2
            )
        except pymysql.err.Error:
            return None
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SELECT @@datadir")
            row = cursor.fetchone()
        return Path(row[0]) if row else None

    def up(self) -> None:
        """Start the server unless it already runs, and wait until it answers.

        Raises:
            ServerError: MariaDB is not installed, the port is taken by another server, or the
                server did not come up; the last line of its log is part of the message.
        """
        running = self._data_directory()
        if running is not None:
            if running.resolve() == self._data:
                return
            raise ServerError(
                f"port {self.port} is taken by another server (data in {running}); "
                "set STOREWATCH_MARIADB_PORT"
            )
        daemon, installer = _program("mariadbd"), _program("mariadb-install-db")
        # mysqld refuses to run as root unless it is told so by name.
        as_root = ["--user=root"] if os.geteuid() == 0 else []
        self.directory.mkdir(parents=True, exist_ok=True)
        if not (self._data / "mysql").is_dir():
            self._install(installer, as_root)
        with self._log.open("ab") as log:
            # Relative socket: an absolute one in a deep directory passes the limit of 107 bytes.
            process = subprocess.Popen(
                [
                    daemon,
                    "--no-defaults",
                    *as_root,
                    f"--datadir={self._data}",
                    f"--port={self.port}",
                    "--bind-address=127.0.0.1",
                    "--socket=mariadbd.sock",
                    f"--pid-file={self._pid_file}",
                    # A server that starts deletes what looks like its own leftovers here: two
                    # servers with one directory delete each other's temporary tables.
                    f"--tmpdir={self._temporary()}",
                    "--local-infile=1",
                    "--max-allowed-packet=64M",
                    "--character-set-server=utf8mb4",
                    "--collation-server=utf8mb4_bin",
                    f"--innodb-buffer-pool-size={self.buffer_pool_mb}M",
                    f"--innodb-log-file-size={self.log_file_mb}M",
                    "--skip-name-resolve",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerError(f"mariadbd did not start: {self._last_error()}")
            time.sleep(0.2)

    def down(self) -> None:
        """Stop the server of this directory and wait for it; nothing happens when none runs.

        Raises:
            ServerError: it did not end in time.
        """
        try:
            pid = int(self._pid_file.read_text().strip())
            os.kill(pid, signal.SIGTERM)
        except (FileNotFoundError, ProcessLookupError, ValueError):
            return
        deadline = time.monotonic() + STOP_SECONDS
        while self._pid_file.exists():
            if time.monotonic() > deadline:
                raise ServerError(f"mariadbd (pid {pid}) did not stop")
            # Reap it when it is our own child, or its entry would look alive for ever.
            with contextlib.suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)
            time.sleep(0.1)

    def _install(self, installer: str, as_root: list[str]) -> None:
        done = subprocess.run(
            [
                installer,
                "--no-defaults",
                *as_root,
                f"--datadir={self._data}",
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            lines = (done.stderr or done.stdout).strip().splitlines()
            raise ServerError(f"mariadb-install-db failed: {lines[-1] if lines else 'no output'}")

    def _last_error(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        errors = [line for line in lines[-50:] if "[ERROR]" in line]
        return (errors or lines or ["no output"])[-1]


def free_port() -> int:
    """Return a TCP port that nobody on this machine listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _program(name: str) -> str:
    # Debian keeps daemons in directories that a user's PATH leaves out.
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if found is None:
        raise ServerError(f"{name} is not installed (Debian: apt-get install mariadb-server)")
    return found


def mariadb_from_environment() -> MariaDB:
    """The development server that the environment describes.

    Raises:
        ServerError: the port is not a number.
    """
    port = os.environ.get("STOREWATCH_MARIADB_PORT", str(DEFAULT_PORT))
    if not port.isdigit():
        raise ServerError(f"STOREWATCH_MARIADB_PORT is not a number: {port}")
    return MariaDB(Path(os.environ.get("STOREWATCH_MARIADB_DIR", str(DEFAULT_DIR))), int(port))


app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
mariadb = typer.Typer(no_args_is_help=True, help="A private MariaDB for development.")
app.add_typer(mariadb, name="mariadb")


@app.callback()
def _servers() -> None:
    """Start and stop the database servers that development and tests use."""


@mariadb.command()
def up(
    schema: Annotated[str, typer.Option(help="Schema to create as the warehouse.")] = "storewatch",
) -> None:
    """Start it, create the warehouse schema and print the variables to export."""
    server = mariadb_from_environment()
    server.up()
    name = "`" + schema.replace("`", "``") + "`"
    server.address.run(
        f"CREATE DATABASE IF NOT EXISTS {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
    )
    for name, value in server.address.environment(schema).items():
        typer.echo(f"export {name}={value}")


@mariadb.command()
def down() -> None:
    """Stop it; the data stays."""
    mariadb_from_environment().down()


@mariadb.command()
def status() -> None:
    """Say whether it answers; exit 0 when it does, 1 when it does not."""
    server = mariadb_from_environment()
    if not server.answers():
        typer.echo(f"mariadb: not running on 127.0.0.1:{server.port}")
        raise typer.Exit(1)
    typer.echo(f"mariadb: running on 127.0.0.1:{server.port}")


if __name__ == "__main__":
    try:
        app()
    except ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)
