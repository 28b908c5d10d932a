"""Write the source servers' schemas with synthetic rows: `python -m dev.sample --help`."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from dev.sample.commandline import (
    Database,
    ToUrl,
    errors_in_one_line,
    print_rows,
    target_address,
)
from dev.sample.generate import Plan, daily, snapshots
from dev.sample.write import Writer
from loader.errors import ConfigError

DEFAULT_DATABASE = Path("warehouse") / "sources.duckdb"
DEFAULTS = Plan()

HELP = """Write the source schemas and tables of loader/feeds.yml with synthetic rows.

The rows look like production (UTC instants, several prediction versions, late and corrected rows,
NULLs, test sites) and are the same for the same seed, on every engine and however the days are cut
into ranges. Predictions begin on 2026-01-01, everything else with each store's opening.

\b
Examples:
  python -m dev.sample
      warehouse/sources.duckdb for the demo
  python -m dev.sample --from 2026-02-01 --to 2026-02-14 --scale 1
      two weeks at the volume of production
  python -m dev.sample --until 2026-02-10
      the same sources as they stood on that evening
  python -m dev.sample --to-url mysql+pymysql://root@127.0.0.1:3310/
      a server instead of a file
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=HELP)
def sample(
    *,
    to_url: ToUrl = None,
    database: Database = DEFAULT_DATABASE,
    from_: Annotated[
        str, typer.Option("--from", metavar="DATE", help="First local business date.")
    ] = str(DEFAULTS.first),
    to: Annotated[
        str, typer.Option(metavar="DATE", help="Last local business date, included.")
    ] = str(DEFAULTS.last),
    scale: Annotated[
        float,
        typer.Option(
            metavar="NUMBER",
            help="Multiplies prediction versions and stock postings (never fewer than two per"
            " store, goods and day); 1 is the volume of production. Quantities stay the same.",
        ),
    ] = DEFAULTS.scale,
    stores: Annotated[
        int,
        typer.Option(
            metavar="NUMBER",
            help="How many stores of seeds/stores.csv; more than it has are clones.",
        ),
    ] = DEFAULTS.stores,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Same seed, same rows.")
    ] = DEFAULTS.seed,
    until: Annotated[
        str | None,
        typer.Option(
            metavar="DATE",
            help="The sources as they stood at the end of this day: later days, rows that were"
            " posted later and refunds that came later are not there yet.",
        ),
    ] = None,
) -> None:
    """Write the sample sources."""
    with errors_in_one_line("dev.sample"):
        plan = Plan(
            first=_date("--from", from_),
            last=_date("--to", to),
            scale=scale,
            stores=stores,
            seed=seed,
            until=_date("--until", until) if until else None,
        )
        print_rows(_write(plan, Writer(target_address(to_url, database))))


def _write(plan: Plan, writer: Writer) -> dict[str, int]:
    console = Console(stderr=True)
    progress = Progress(console=console, disable=not console.is_terminal)
    with writer, progress:
        for feed, table, rows in snapshots(plan):
            writer.add(feed, table, rows)
        bar = progress.add_task("days", total=plan.days)
        for _, batches in daily(plan):
            for feed, table, rows in batches:
                writer.add(feed, table, rows)
            progress.advance(bar)
    return writer.rows


def _date(option: str, text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(f"{option} {text!r} is not a date: write it as 2026-02-14") from None


if __name__ == "__main__":
    app(prog_name="python -m dev.sample")
