"""edge-anpr bench: how fast this board reads plates."""

from pathlib import Path

import click

from edge_anpr.bench.machine import this_machine
from edge_anpr.bench.measuring import measure
from edge_anpr.bench.page_cost import measure_page
from edge_anpr.bench.page_report import page_as_json, page_as_lines
from edge_anpr.bench.report import as_json, as_lines
from edge_anpr.cli.options import FILE, FOLDER, Number
from edge_anpr.cli.saying import say
from edge_anpr.config import RecognitionConfig
from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.picture_file import load_picture
from edge_anpr.runtime.quiet import quiet_libraries

MOST_THREADS = 4  # by default; what the boards have
SECONDS, PAGE_SECONDS = 10.0, 180.0  # by default


@click.command()
@click.option("--json", "in_json", is_flag=True, help="One JSON object.")
@click.option("--picture", type=FILE, help="Read this.  [default: a rendered sample]")
@click.option(
    "--threads",
    type=click.IntRange(1, 64),
    metavar="N",
    help="Measure with 1 to N threads.  [default: the cores, at most 4]",
)
@click.option(
    "--seconds",
    type=Number(0),
    metavar="S",
    help="Take about this long.  [default: 10; with --page, 180]",
)
@click.option("--models", type=FOLDER, metavar="DIR", help="Folder of the models.")
@click.option("--page", is_flag=True, help="What open pages cost the service, instead.")
def bench(
    in_json: bool,
    picture: Path | None,
    threads: int | None,
    seconds: float | None,
    models: Path | None,
    page: bool,
) -> None:
    """Measure time and memory, beside a network known on other boards.

    That network is an int8 MobileNet v2, timed by turns with ours. Its published time
    on a Raspberry Pi 4 gives a projection of ours there.
    """
    if page:
        if picture or threads:
            raise click.UsageError("--page takes neither --picture nor --threads.")
        _bench_page(in_json, PAGE_SECONDS if seconds is None else seconds, models)
        return
    seconds = SECONDS if seconds is None else seconds
    threads = threads or min(MOST_THREADS, this_machine().cores)
    with quiet_libraries():
        if picture:
            _check(picture)
        benchmark = measure(RecognitionConfig(models=models), picture, threads, seconds)
    for line in [as_json(benchmark)] if in_json else as_lines(benchmark):
        say(line)


def _bench_page(in_json: bool, seconds: float, models: Path | None) -> None:
    cost, machine = measure_page(models, seconds), this_machine()
    for line in (
        [page_as_json(cost, machine)] if in_json else page_as_lines(cost, machine)
    ):
        say(line)


def _check(picture: Path) -> None:
    try:
        load_picture(picture)
    except PictureUnreadable as error:
        raise PictureUnreadable(f"{picture} {error}") from error
