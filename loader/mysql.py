"""Connections to MySQL and MariaDB, for sources and for the warehouse alike."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import pymysql
from pymysql.cursors import Cursor, SSCursor

from loader.errors import Interrupted, LoaderError, UnreachableError, one_line
from loader.settings import MySQLAddress

# Strict, so that no value is changed to fit. Zero and impossible dates are allowed: production
# has them, and they must arrive as they are. No NO_BACKSLASH_ESCAPES, no ANSI_QUOTES: literals
# and the text of LOAD DATA are written for their absence, whatever the server's default is.
SQL_MODE = "STRICT_TRANS_TABLES,ALLOW_INVALID_DATES"

# Codes that say "the line is gone or was not there": refused, host unknown, gone away, lost, too
# many connections, server shutting down, timeouts on the wire, connection killed, idle too long.
CONNECTION_CODES = frozenset(
    {1040, 1042, 1053, 1077, 1079, 1158, 1159, 1160, 1161, 1203, 1927}
    | {2002, 2003, 2005, 2006, 2012, 2013, 2055, 3169, 4031}
)

BLOCK = 1 << 18
LARGEST_PACKET = 0xFFFFFF
# What the first byte of a row says: below NULL it is a length itself, else a length of 2 or 3
# bytes follows, or the packet is no row.
NULL, LENGTH_2, LENGTH_3, END, ERROR = 0xFB, 0xFC, 0xFD, 0xFE, 0xFF


@contextlib.contextmanager
def translated(where: str) -> Iterator[None]:
    """Turn driver errors into errors that people read.

    Args:
        where: what was going on, such as the name of a server; begins the message.
    """
    try:
        yield
    except pymysql.err.InterfaceError:
        raise UnreachableError(f"{where}: the connection is closed") from None
    except pymysql.err.Error as error:
        if isinstance(error.__context__, Interrupted):
            # Stopped while it sent a file, the driver still ends the file, and what the server
            # says to that half would hide the reason.
            raise error.__context__ from None
        code = error.args[0] if error.args else 0
        text = one_line(error.args[1] if len(error.args) > 1 else error)
        if code in CONNECTION_CODES:
            raise UnreachableError(f"{where}: {text}") from None
        raise LoaderError(f"{where}: {text} (error {code})") from None
    except OSError as error:
        raise UnreachableError(f"{where}: {one_line(error)}") from None


def connect(
    address: MySQLAddress,
    where: str,
    timeout: int,
    *,
    schema: str | None = None,
    local_infile: bool = False,
) -> Connection:
    """Open a connection whose session does not depend on the server's defaults.

    Args:
        address: the server.
        where: its name for messages.
        timeout: seconds until the attempt is given up.
        schema: default schema, none for a source.
        local_infile: whether LOAD DATA LOCAL may be used. Only for the warehouse: a server may
            ask such a client for any file.

    Raises:
        UnreachableError: the server cannot be reached.
        LoaderError: it refuses, for instance a wrong password.
    """
    tls: dict[str, Any] = dict(address.ssl)
    for option in ("ssl_verify_cert", "ssl_verify_identity"):
        if option in tls:
            tls[option] = str(tls[option]).lower() in ("1", "true", "yes")
    with translated(where):
        connection = Connection(
            host=address.host,
            port=address.port,
            user=address.user,
            # As bytes: PyMySQL would encode text as latin1 and fail on other characters.
            password=address.password.get_secret_value().encode(),
            database=schema,
            charset="utf8mb4",
            connect_timeout=timeout,
            local_infile=local_infile,
            autocommit=True,
            **tls,
        )
        with connection.cursor() as cursor:
            cursor.execute(
                "SET SESSION sql_mode = %s, time_zone = '+00:00', "
                # The two ends of a copy wait for each other: neither may be cut for being slow.
                "net_read_timeout = 600, net_write_timeout = 600, wait_timeout = 28800",
                (SQL_MODE,),
            )
    return connection


if TYPE_CHECKING:
    _Base = pymysql.connections.Connection[Cursor]
else:
    # Only the stubs know that it is generic.
    _Base = pymysql.connections.Connection


class Connection(_Base):
    """A PyMySQL connection that can also read a result of one text column in bulk."""

    def abort(self) -> None:
        """Wake up a thread that waits for an answer. Closing alone would wait for that thread."""
        inner: Any = self
        if inner._sock is not None:
            with contextlib.suppress(OSError):
                inner._sock.shutdown(socket.SHUT_RDWR)

    def stream_text(self, sql: str) -> Generator[list[bytes], None, None]:
        """Run a query with one text column that is never NULL and yield its values in lists.

        PyMySQL spends about 6 µs of Python on each row: a packet object, a result object, a tuple.
        Here the packets are cut out of large blocks, which takes 0.4 µs. It rests on the layout
        of a text result row, which the protocol fixes: 3 bytes of length, 1 of sequence, then the
        value behind its own length; a packet that begins with 0xFE and is short ends the result,
        one with 0xFF is an error.

        The connection is of no use until the iterator is exhausted; close it when giving up.

        Raises:
            pymysql.err.Error: the query failed, or the connection broke on the way.
        """
        # The stubs leave out what begins with an underscore.
        inner: Any = self
        cursor = SSCursor(self)
        cursor.execute(sql)
        result = inner._result
        try:
            rest = b""
            while result.unbuffered_active:
                block = inner._rfile.read1(BLOCK)
                if not block:
                    raise pymysql.err.OperationalError(
                        2013, "Lost connection to MySQL server during query"
                    )
                values, rest, last = _cut(rest + block if rest else block)
                if last is not None:
                    # PyMySQL did not see the packets pass: tell it that the result is complete.
                    result.unbuffered_active = False
                    result.connection = None
                    if last[0] == ERROR:
                        pymysql.err.raise_mysql_exception(last)
                if values:
                    yield values
        finally:
            if result.unbuffered_active:
                # Given up on the way: the cursor would read all the rest when it is deleted.
                result.unbuffered_active = False
                inner._force_close()
            cursor.close()


def _cut(data: bytes) -> tuple[list[bytes], bytes, bytes | None]:
    """Cut rows of one text column out of packets.

    Args:
        data: begins with a packet.

    Returns:
        The values, the rest that is not a whole packet yet, and the payload of the packet that
        ends the result when it is among them.
    """
    values: list[bytes] = []
    append = values.append
    position, end = 0, len(data)
    while position + 4 < end:
        length = data[position] | data[position + 1] << 8 | data[position + 2] << 16
        after = position + 4 + length
        if after > end:
            break
        mark = data[position + 4]
        if mark < NULL:
            append(data[position + 5 : after])
        elif mark == LENGTH_2:
            append(data[position + 7 : after])
        elif mark == ERROR or (mark == END and length < 9):
            return values, b"", data[position + 4 : after]
        elif mark == LENGTH_3 and length < LARGEST_PACKET:
            append(data[position + 8 : after])
        else:
            raise pymysql.err.InternalError(0, "a row is NULL or larger than 16 MB")
        position = after
    return values, data[position:], None


def quote(*names: str) -> str:
    """Quote an identifier, or several joined by dots."""
    return ".".join("`" + name.replace("`", "``") + "`" for name in names)


def literal(value: object) -> str:
    """A date, an instant, a number or a string as a literal."""
    if isinstance(value, int):
        return str(value)
    text = str(value).replace("\\", "\\\\").replace("'", "''")
    return f"'{text}'"


def key_tuple(columns: Sequence[str], table: str = "") -> str:
    """Key columns as one comparable expression."""
    prefix = f"{quote(table)}." if table else ""
    names = ", ".join(prefix + quote(name) for name in columns)
    return f"({names})" if len(columns) > 1 else names
