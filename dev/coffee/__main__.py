"""Turn a file of real coffee sales into source tables: `python -m dev.coffee --help`."""

from pathlib import Path
from typing import Annotated

import typer

from dev.coffee.sales import feed_rows, read_sales
from dev.sample.commandline import (
    Database,
    ToUrl,
    errors_in_one_line,
    print_rows,
    target_address,
)
from dev.sample.write import Writer

DEFAULT_DATABASE = Path("warehouse") / "coffee.duckdb"

HELP = """Write the real sales of one coffee machine as source tables of loader/feeds.yml.

Every sale is an order with one item and a consumption of one drink. The forecast of a drink is the
mean of its last four same weekdays, made at 03:00. The machine is department 9001, shop REAL001.
Production, quality and staffing have no rows: load with --feed for the feeds that do.

\b
Example:
  python -m dev.coffee --csv sales.csv
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=HELP)
def coffee(
    *,
    csv: Annotated[
        Path,
        typer.Option(
            metavar="PATH",
            help="One row per sale with the columns datetime (New York), card, money, coffee_name.",
        ),
    ],
    to_url: ToUrl = None,
    database: Database = DEFAULT_DATABASE,
) -> None:
    """Write the sales."""
    with errors_in_one_line("dev.coffee"):
        sales = read_sales(csv)
        with Writer(target_address(to_url, database)) as writer:
            for feed, table, rows in feed_rows(sales):
                writer.add(feed, table, rows)
        print_rows(writer.rows)


if __name__ == "__main__":
    app(prog_name="python -m dev.coffee")
