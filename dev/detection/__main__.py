"""Measure how fast declines are seen: `python -m dev.detection --help`."""

import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from dev.detection.report import write
from dev.detection.run import Court, Sizes, measure_all
from dev.detection.warehouse import METHODS, prepare
from dev.measured import CommandError
from dev.scratch import PROJECT_ROOT

DOCUMENT = PROJECT_ROOT / "docs" / "detection.md"

HELP = """Simulate stores, let the models judge them, write docs/detection.md and detection.svg.

\b
Example, in some minutes:
  python -m dev.detection --store-years 500 --drops 100 \\
      --kpi-store-years 50 --shifts 20
"""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(help=HELP)
def detection(
    *,
    store_years: Annotated[
        int, typer.Option(min=1, help="In control, for the first method.")
    ] = 10_000,
    drops: Annotated[int, typer.Option(min=2, help="Of each size, for the first method.")] = 4_000,
    other_share: Annotated[
        float,
        typer.Option(min=0.001, max=1, help="So much of both for the others and the sensitivity."),
    ] = 0.05,
    kpi_store_years: Annotated[
        int, typer.Option(min=1, help="In control, with all twenty KPIs.")
    ] = 1_000,
    shifts: Annotated[int, typer.Option(min=2, help="Of every KPI that can page.")] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Of every simulation.")] = 20261201,
    methods: Annotated[
        str, typer.Option(help="Baseline methods, the default one first.")
    ] = ",".join(METHODS),
    judges: Annotated[int, typer.Option(min=1, help="Builds side by side.")] = 2,
    keep: Annotated[
        Path | None,
        typer.Option(help="Folder for what was judged: a run that was interrupted goes on there."),
    ] = None,
    document: Annotated[Path, typer.Option(help="Page to write; the picture beside it.")] = (
        DOCUMENT
    ),
) -> None:
    """Measure and write."""
    began = time.monotonic()

    def progress(line: str) -> None:
        typer.echo(f"{time.monotonic() - began:7.0f} s  {line}", err=True)

    sizes = Sizes(store_years, drops, other_share, kpi_store_years, shifts)
    # Hours later would be late to learn that the page cannot be written.
    document.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory() as directory:
            folders = [prepare(Path(directory) / f"judge_{place}") for place in range(judges)]
            progress("warehouses ready")
            court = Court(folders, keep, progress)
            results = measure_all(court, seed, sizes, tuple(methods.split(",")))
    except (CommandError, ValueError) as error:
        typer.echo(f"dev.detection: {error}", err=True)
        raise typer.Exit(1) from None
    write(results, document, document.with_suffix(".svg"))
    progress(f"{document} written")


if __name__ == "__main__":
    app(prog_name="python -m dev.detection")
