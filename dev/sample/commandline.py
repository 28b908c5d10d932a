"""What the commands that write sources have in common."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from loader.errors import LoaderError
from loader.settings import Address, DuckDBAddress, parse_url

ToUrl = Annotated[
    str | None,
    typer.Option(
        metavar="URL",
        envvar="STOREWATCH_SAMPLE_URL",
        show_default=False,
        show_envvar=True,
        help="A MySQL or MariaDB server, like mysql+pymysql://user:password@host:3306/. Its seven"
        " source schemas are replaced. Prefer the variable when there is a password.",
    ),
]
Database = Annotated[
    Path,
    typer.Option(metavar="PATH", help="The DuckDB file to replace when there is no --to-url."),
]


def target_address(url: str | None, database: Path) -> Address:
    """Return where to write: the server or file of a URL, else the DuckDB file.

    Raises:
        LoaderError: the URL is not usable; the message does not show it.
    """
    return parse_url("--to-url", url) if url else DuckDBAddress(database)


@contextmanager
def errors_in_one_line(program: str) -> Iterator[None]:
    """Turn errors that people read into one line on stderr and the error's exit code."""
    try:
        yield
    except LoaderError as error:
        typer.echo(f"{program}: {error}", err=True)
        raise typer.Exit(error.exit_code) from None


def print_rows(rows: dict[str, int]) -> None:
    """Print how many rows each feed has."""
    table = Table("feed", "rows")
    table.columns[1].justify = "right"
    for feed, count in rows.items():
        table.add_row(feed, f"{count:,}")
    Console().print(table)
