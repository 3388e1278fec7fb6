"""Ask the reviewer about the plates of one stored picture, to try the credentials."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from edge_anpr.cli.database_file import is_there
from edge_anpr.config import Config
from edge_anpr.errors import ReviewFailed, ReviewForbidden
from edge_anpr.recognition.evidence import evidence
from edge_anpr.recognition.outgoing import outgoing
from edge_anpr.records import (
    ClockQuality,
    Detection,
    Direction,
    Pixels,
    PlateRead,
    Sighting,
    Stage,
)
from edge_anpr.review import Answer, Reviewer
from edge_anpr.review.billing import allowance, billing_day
from edge_anpr.review.cleaning import cleaned
from edge_anpr.review.merging import Merger
from edge_anpr.review.opening import open_reviewer
from edge_anpr.runtime.terminal import printable
from edge_anpr.stills.reading import StillReading
from edge_anpr.storage.opening import FILE_NAME, open_beside
from edge_anpr.storage.review_units import ReviewUnits
from edge_anpr.tracking.watch_lists import WatchLists


def second_opinion(config: Config, reading: StillReading) -> list[str]:
    """A line a plate.

    Raises ConfigError, StorageFailed, ReviewFailed or ReviewForbidden.
    """
    reviewer = open_reviewer(config.review)
    plates = reading.plates[: reviewer.most_pictures]
    pictures = [_picture(reading.pixels, plate.detection) for plate in plates]
    if not pictures:
        return []
    with _paid(config, len(pictures)):
        answers = reviewer.read(pictures)
    merger = Merger(config.formats, WatchLists(config.watchlists))
    return [
        f"{printable(reading.path)}: {_line(plate.read, answer, merger, reviewer)}"
        for plate, answer in zip(plates, answers, strict=True)
    ]


def _picture(pixels: Pixels, plate: Detection) -> bytes:
    return outgoing(evidence(pixels, plate.box, plate.corners).jpeg)


@contextlib.contextmanager
def _paid(config: Config, units: int) -> Iterator[None]:
    """Count the units where the service counts its own, if it runs here."""
    file = config.storage.folder / FILE_NAME
    if not is_there(file):
        click.echo(
            f"{file}: there is none, so what this costs is not counted", err=True
        )
        yield
        return
    db = open_beside(config.storage)
    try:
        account, today = ReviewUnits(db), billing_day(datetime.now(UTC))
        taken = account.take(units, (), today, allowance(config.review))
        try:
            _check_enough(taken, units)
            yield
        except ReviewForbidden:
            account.give_back(taken, (), today)
            raise
        except ReviewFailed as fault:
            if not fault.is_billed:
                account.give_back(taken, (), today)
            raise
    finally:
        db.close()


def _check_enough(taken: int, units: int) -> None:
    if taken < units:
        raise ReviewFailed("The units of this day or month are spent.", is_billed=False)


def _line(read: PlateRead, answer: Answer, merger: Merger, reviewer: Reviewer) -> str:
    if answer.fault:
        return f"{reviewer.name}: {answer.fault}"
    lines = cleaned(answer.symbols)
    if not read.text:
        seen = " ".join("".join(letter.char for letter in line) for line in lines)
        return f"{seen or 'nothing'} by {reviewer.name} alone"
    after = merger.reviewed(_as_sighting(read), lines, reviewer.name)
    said = after.review.text if after.review else ""
    outcome = after.review.outcome.replace("_", " ") if after.review else ""
    return (
        f"{after.plate:<10} {after.confidence:4.0%}  {outcome}: "
        f"{reviewer.name} read {said or 'nothing'}"
    )


def _as_sighting(read: PlateRead) -> Sighting:
    """As if the vehicle had passed now, for one look."""
    now = datetime.now(UTC)
    return Sighting(
        id="still",
        revision=1,
        stage=Stage.FINAL,
        plate=read.text,
        raw_text=read.text,
        alternatives=read.alternatives,
        confidence=read.confidence,
        char_confidences=read.char_confidences,
        country=None,
        format=None,
        first_seen=now,
        last_seen=now,
        reads=1,
        direction=Direction.UNKNOWN,
        match=None,
        crop_jpeg=None,
        clock=ClockQuality.SYNCED,
        models=(),
    )
