"""Write the source servers' schemas with synthetic rows: `python -m dev.sample --help`."""

from datetime import date, datetime, time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from dev.sample.generate import Plan, daily, snapshots
from dev.sample.write import Writer, print_rows, target_address
from loader.errors import LoaderError

DEFAULT_DATABASE = Path("warehouse") / "sources.duckdb"
DEFAULTS = Plan()
FIRST = datetime.combine(DEFAULTS.first, time())
LAST = datetime.combine(DEFAULTS.last, time())

app = typer.Typer(add_completion=False, rich_markup_mode="markdown")
DATE = ["%Y-%m-%d"]


@app.command()
def sample(
    *,
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
    from_: Annotated[
        datetime,
        typer.Option("--from", formats=DATE, help="First local business date."),
    ] = FIRST,
    to: Annotated[
        datetime, typer.Option(formats=DATE, help="Last local business date, included.")
    ] = LAST,
    scale: Annotated[
        float,
        typer.Option(
            help="Multiplies prediction versions and stock postings (never fewer than two per"
            " store, goods and day); 1 is the volume of production. Totals stay the same."
        ),
    ] = DEFAULTS.scale,
    stores: Annotated[
        int,
        typer.Option(help="How many stores of seeds/stores.csv; more than it has are clones."),
    ] = DEFAULTS.stores,
    seed: Annotated[int, typer.Option(help="Same seed, same rows.")] = DEFAULTS.seed,
    until: Annotated[
        datetime | None,
        typer.Option(
            formats=DATE,
            show_default=False,
            help="The sources as they stood at the end of this day: later days, rows that were"
            " posted later and refunds that came later are not there yet.",
        ),
    ] = None,
) -> None:
    """Write the source schemas and tables of loader/feeds.yml with synthetic rows.

    The rows look like production (UTC instants, several prediction versions, late and corrected
    rows, NULLs, test sites) and are the same for the same seed, on every engine and however the
    days are cut into ranges. Predictions begin on 2026-01-01, everything else with each store.

    For instance:

    - `python -m dev.sample` writes warehouse/sources.duckdb for the demo.

    - `python -m dev.sample --from 2026-02-01 --to 2026-02-14 --scale 1` writes two weeks at the
      volume of production.

    - `python -m dev.sample --to-url mysql+pymysql://root@127.0.0.1:3310/` writes to a server.
    """
    try:
        plan = Plan(
            first=from_.date(),
            last=to.date(),
            scale=scale,
            stores=stores,
            seed=seed,
            until=_date(until),
        )
        console = Console(stderr=True)
        progress = Progress(console=console, disable=not console.is_terminal)
        with Writer(target_address(to_url, database)) as writer, progress:
            for feed, table, batch in snapshots(plan):
                writer.add(feed, table, batch)
            days = (plan.last - plan.first).days + 1
            bar = progress.add_task("days", total=days)
            for _, batches in daily(plan):
                for feed, table, batch in batches:
                    writer.add(feed, table, batch)
                progress.advance(bar)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    except LoaderError as error:
        typer.echo(f"dev.sample: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    print_rows(writer.rows)


def _date(value: datetime | None) -> date | None:
    return None if value is None else value.date()


if __name__ == "__main__":
    app(prog_name="python -m dev.sample")
