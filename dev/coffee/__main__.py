"""Turn a file of real coffee sales into source tables: `python -m dev.coffee --help`."""

from pathlib import Path
from typing import Annotated

import typer

from dev.coffee.sales import feed_rows, read_sales
from dev.sample.write import Writer, print_rows, target_address
from loader.errors import LoaderError

DEFAULT_DATABASE = Path("warehouse") / "coffee.duckdb"

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@app.command()
def coffee(
    *,
    csv: Annotated[
        Path,
        typer.Option(
            show_default=False,
            help="One row per sale with the columns datetime (New York), card, money, coffee_name.",
        ),
    ],
    to_url: Annotated[
        str | None,
        typer.Option(
            envvar="STOREWATCH_SAMPLE_URL",
            show_default=False,
            show_envvar=True,
            help="A MySQL or MariaDB server, like mysql+pymysql://user:password@host:3306/."
            " Its seven source schemas are replaced. Prefer the variable when there is a password.",
        ),
    ] = None,
    database: Annotated[
        Path, typer.Option(help="The DuckDB file to replace when there is no --to-url.")
    ] = DEFAULT_DATABASE,
) -> None:
    """Write real sales of one coffee machine as source tables of loader/feeds.yml.

    Every sale is an order with one item and a consumption of one drink. The forecast of a drink
    is the mean of its last four same weekdays. The machine is department 9001, shop REAL001.
    Production, quality and staffing have no rows: load with `--feed` for the feeds that do.
    """
    try:
        sales = read_sales(csv)
        with Writer(target_address(to_url, database)) as writer:
            for feed, table, rows in feed_rows(sales):
                writer.add(feed, table, rows)
    except LoaderError as error:
        typer.echo(f"dev.coffee: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    print_rows(writer.rows)


if __name__ == "__main__":
    app(prog_name="python -m dev.coffee")
