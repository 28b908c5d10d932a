"""What the environment says: the warehouse, the source servers, the limits.

Secrets come from here only. They sit in `SecretStr`, so no repr, log line or error shows them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from loader.errors import ConfigError

TARGETS = ("duckdb", "mysql", "mariadb")
MYSQL_DRIVERS = ("mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql")
SSL_OPTIONS = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "ssl_verify_identity")
SSL_FILES = ("ssl_ca", "ssl_cert", "ssl_key")
SOURCE_PREFIX = "STOREWATCH_SOURCE_"
DEFAULT_DUCKDB = Path("warehouse") / "storewatch.duckdb"
DEFAULT_FEEDS = Path(__file__).with_name("feeds.yml")


@dataclass(frozen=True)
class MySQLAddress:
    """How to reach a MySQL or MariaDB server.

    Attributes:
        ssl: TLS options by their PyMySQL names; empty means TLS when the server offers it.
    """

    host: str
    port: int
    user: str
    password: SecretStr
    ssl: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}"


@dataclass(frozen=True)
class DuckDBAddress:
    """A DuckDB database file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


Address = MySQLAddress | DuckDBAddress


@dataclass(frozen=True)
class Settings:
    """Everything the loader takes from its environment.

    Attributes:
        target: `duckdb`, `mysql` or `mariadb`: the engine of the warehouse.
        warehouse: where it is.
        schema: schema of the warehouse on MySQL and MariaDB; always `main` on DuckDB.
        feeds_file: the feed configuration.
        connect_timeout: seconds until an attempt to connect is given up.
        retries: further attempts after a connection error.
        retry_base: seconds before the first of them; doubled for each one that follows.
        environ: the environment itself, read for the source servers.
    """

    target: str
    warehouse: Address
    schema: str
    feeds_file: Path
    connect_timeout: int
    retries: int
    retry_base: float
    environ: Mapping[str, str] = field(repr=False)

    def source(self, server: str) -> Address:
        """Address of a source server.

        Args:
            server: name as in feeds.yml; read from STOREWATCH_SOURCE_<SERVER>.

        Raises:
            ConfigError: the variable is missing or is not a usable URL.
        """
        variable = SOURCE_PREFIX + server
        value = self.environ.get(variable, "")
        if not value:
            raise ConfigError(
                f"{variable} is not set: a URL such as mysql+pymysql://user:password@host:3306/ "
                "or duckdb:///file.duckdb"
            )
        return parse_url(variable, value)


def from_environment(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and check the settings.

    Args:
        environ: the environment; the process's own when None.

    Raises:
        ConfigError: a variable is missing or has a value that cannot be used.
    """
    env = os.environ if environ is None else environ
    target = env.get("STOREWATCH_TARGET", "duckdb")
    if target not in TARGETS:
        raise ConfigError(f"STOREWATCH_TARGET is {target!r}: one of {', '.join(TARGETS)}")
    warehouse: Address
    if target == "duckdb":
        warehouse = DuckDBAddress(Path(env.get("STOREWATCH_DUCKDB_PATH") or DEFAULT_DUCKDB))
        schema = "main"
    else:
        warehouse = MySQLAddress(
            host=_required(env, "STOREWATCH_DB_HOST"),
            port=int(_number(env, "STOREWATCH_DB_PORT", 3306, whole=True)),
            user=_required(env, "STOREWATCH_DB_USER"),
            password=SecretStr(env.get("STOREWATCH_DB_PASSWORD", "")),
        )
        schema = _required(env, "STOREWATCH_DB_SCHEMA")
    return Settings(
        target=target,
        warehouse=warehouse,
        schema=schema,
        feeds_file=Path(env.get("STOREWATCH_FEEDS") or DEFAULT_FEEDS),
        connect_timeout=int(_number(env, "STOREWATCH_CONNECT_TIMEOUT", 30, whole=True)),
        retries=int(_number(env, "STOREWATCH_RETRIES", 3, whole=True)),
        retry_base=_number(env, "STOREWATCH_RETRY_BASE_SECONDS", 5.0),
        environ=env,
    )


def parse_url(variable: str, value: str) -> Address:
    """Turn the SQLAlchemy URL of a variable into an address.

    Args:
        variable: its name, for messages.
        value: the URL; it is never part of a message, since it holds a password.

    Raises:
        ConfigError: not a URL, or not one of an engine that feeds can be read from.
    """
    try:
        url = make_url(value)
        port = url.port or 3306
    except (ArgumentError, ValueError):
        # Neither the text nor the cause goes further: both may quote the password.
        raise ConfigError(f"{variable} is not a valid URL (its value is not shown)") from None
    if url.drivername == "duckdb":
        if not url.database:
            raise ConfigError(f"{variable} names no file: duckdb:////absolute/path.duckdb")
        return DuckDBAddress(Path(url.database))
    if url.drivername not in MYSQL_DRIVERS:
        raise ConfigError(
            f"{variable} is a URL of {url.drivername!r}: mysql+pymysql:// or duckdb:/// expected"
        )
    if value.count("@") > 1:
        # What follows the first one would be taken for the host, and shown as such.
        raise ConfigError(
            f"{variable} holds more than one @: write %40 for one in the password "
            "(its value is not shown)"
        )
    if not url.host or not url.username:
        raise ConfigError(f"{variable} names no host or no user")
    if not 1 <= port <= 65535:
        raise ConfigError(f"{variable} has port {port}: 1 to 65535 expected")
    options = {name: str(text) for name, text in url.query.items() if name != "charset"}
    unknown = sorted(set(options) - set(SSL_OPTIONS))
    if unknown:
        raise ConfigError(
            f"{variable} has an unknown option {unknown[0]!r}: one of {', '.join(SSL_OPTIONS)}"
        )
    for name in SSL_FILES:
        if name in options and not Path(options[name]).is_file():
            raise ConfigError(f"{variable}: {name} {options[name]} is not a file")
    return MySQLAddress(url.host, port, url.username, SecretStr(url.password or ""), options)


def _required(env: Mapping[str, str], variable: str) -> str:
    value = env.get(variable, "")
    if not value:
        raise ConfigError(f"{variable} is not set (needed for STOREWATCH_TARGET mysql, mariadb)")
    return value


def _number(env: Mapping[str, str], variable: str, default: float, *, whole: bool = False) -> float:
    text = env.get(variable, "")
    if not text:
        return default
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        raise ConfigError(f"{variable} is not a number: {text!r}") from None
    if number < 0:
        raise ConfigError(f"{variable} is negative: {text}")
    return number
