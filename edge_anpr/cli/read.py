"""edge-anpr read: the plates in stored pictures."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from edge_anpr.cli.faults import FAULT
from edge_anpr.cli.options import FILE, FOLDER, Number
from edge_anpr.cli.saying import complain, say
from edge_anpr.cli.second_opinion import second_opinion
from edge_anpr.config import Config, DetectorSize, RecognitionConfig, load_config
from edge_anpr.errors import ConfigError, PathEmpty, PictureUnreadable
from edge_anpr.recognition.region import RegionOfInterest
from edge_anpr.runtime.quiet import quiet_libraries
from edge_anpr.stills.annotation import Annotator
from edge_anpr.stills.paths import expand
from edge_anpr.stills.reading import StillReader, open_still_reader
from edge_anpr.stills.report import as_json, as_lines

MANY_PICTURES = 5  # from here on a progress bar is worth its line
EMPTY = "''"  # a path that would not be seen
CLEAR_LINE = "\r\x1b[K"


def _region(
    ctx: click.Context, param: click.Parameter, text: str | None
) -> RegionOfInterest | None:
    try:
        return None if text is None else RegionOfInterest.parse(text)
    except ConfigError as error:
        raise click.BadParameter(str(error), ctx, param) from error


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("-c", "--config", "config_file", type=FILE, help="Settings file.")
@click.option("--json", "in_json", is_flag=True, help="One JSON object a picture.")
@click.option(
    "--annotate", type=FOLDER, metavar="DIR", help="Write pictures with plates drawn."
)
@click.option(
    "--region-of-interest",
    callback=_region,
    metavar="X1,Y1,X2,Y2",
    help="Look only here: pixels, or fractions of the picture when all are at most 1.",
)
@click.option(
    "--whole", "is_plate", is_flag=True, help="Each picture is one plate: only read."
)
@click.option(
    "--min-confidence",
    type=Number(0, 1),
    help="Leave out reads below this.  [default: 0]",
)
@click.option(
    "--threads", type=click.IntRange(1, 64), help="Processor threads.  [default: 1]"
)
@click.option(
    "--detector-size",
    type=click.Choice([size.value for size in DetectorSize]),
    help="auto: large for pictures over 1000 pixels, else normal, and large, too, "
    "where that leaves a doubt.  [default: auto]",
)
@click.option("--models", type=FOLDER, metavar="DIR", help="Folder of the models.")
@click.option(
    "--review",
    is_flag=True,
    help="Ask Google about the plates of one picture, by the settings; costs units.",
)
def read(
    paths: tuple[str, ...],
    config_file: Path | None,
    in_json: bool,
    annotate: Path | None,
    region_of_interest: RegionOfInterest | None,
    is_plate: bool,
    review: bool,
    **settings: object,
) -> None:
    """Read the plates in pictures: files, folders or 'patterns*.jpg'.

    Prints a line a plate, best first. Exits with 2 when a picture could not be read.
    """
    config = load_config(config_file) if config_file else Config()
    recognition = _recognition_config(config, settings)
    with quiet_libraries():
        pictures, faults = _expand_all(paths, annotate)
        if review and (in_json or len(pictures) != 1):
            raise click.UsageError("--review is for one picture, and not for --json.")
        if review and not config_file:
            raise click.UsageError("--review needs -c FILE, which names Google's key.")
        if pictures:
            annotator = Annotator(annotate, pictures) if annotate else None
            reader = open_still_reader(
                recognition, region_of_interest, is_plate=is_plate
            )
            faults += _read_all(pictures, reader, annotator, in_json)
            if review and not faults:
                for line in second_opinion(config, reader.read(pictures[0])):
                    say(line)
    if faults:
        raise click.exceptions.Exit(FAULT)


def _recognition_config(
    config: Config, given: Mapping[str, object]
) -> RecognitionConfig:
    """The file's settings, with those given on the command line in their place."""
    wins = {key: value for key, value in given.items() if value is not None}
    if "detector_size" in wins:
        wins["detector_size"] = DetectorSize(str(wins["detector_size"]))
    return config.recognition.model_copy(update=wins)


def _expand_all(paths: Sequence[str], annotated: Path | None) -> tuple[list[str], int]:
    """The pictures, and the number of paths that led to none."""
    pictures: list[str] = []
    faults = 0
    for path in paths:
        try:
            pictures += expand(path, annotated)
        except PathEmpty as error:
            complain(f"{path or EMPTY} {error}")
            faults += 1
    return pictures, faults


def _read_all(
    pictures: Sequence[str],
    reader: StillReader,
    annotator: Annotator | None,
    in_json: bool,
) -> int:
    """Print what every picture holds; return the number that could not be read."""
    faults = 0
    hidden = len(pictures) < MANY_PICTURES or not sys.stderr.isatty()
    with click.progressbar(
        length=len(pictures), hidden=hidden, show_pos=True, file=sys.stderr
    ) as bar:
        for picture in pictures:
            lines: list[str] = []
            fault = None
            try:
                reading = reader.read(picture)
                if annotator:
                    annotator.write(reading)
                lines = [as_json(reading)] if in_json else as_lines(reading)
            except PictureUnreadable as error:
                fault = f"{picture} {error}"
                faults += 1
            if not hidden:  # the bar comes back below what is printed
                click.echo(CLEAR_LINE, nl=False, err=True)
            for line in lines:
                say(line)
            if fault:
                complain(fault)
            bar.update(1)
    return faults
