"""edge-anpr sample: a street scene whose plates are known."""

import json
from pathlib import Path
from typing import get_args

import click

from edge_anpr.cli.options import FILE
from edge_anpr.cli.saying import say
from edge_anpr.errors import SampleImpossible
from edge_anpr.recognition.drawing import encode
from edge_anpr.recognition.picture_file import write_picture
from edge_anpr.sample import Scene, render_scene
from edge_anpr.sample.light import LightName

SUFFIXES = (".jpg", ".jpeg", ".png")
SIDES_PX = (64, 4096)
"""A picture smaller than this holds no plate, a larger one fills a board's memory."""

SMALLEST_PLATE_PX = 8


@click.command()
@click.argument("file", type=FILE)
@click.option("--json", "in_json", is_flag=True, help="One JSON object, with corners.")
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Another number, another scene.",
)
@click.option("--size", default="1280x720", show_default=True, metavar="WxH")
@click.option(
    "--plates", type=click.IntRange(1, 3), default=2, show_default=True, metavar="N"
)
@click.option(
    "--light",
    type=click.Choice(get_args(LightName)),
    default="day",
    show_default=True,
)
@click.option(
    "--plate-width",
    "plate_width_px",
    type=float,
    metavar="PX",
    help="Width of every plate in pixels.  [default: suits the size]",
)
def sample(
    file: Path,
    in_json: bool,
    seed: int,
    size: str,
    plates: int,
    light: LightName,
    plate_width_px: float | None,
) -> None:
    """Draw a street scene and print what its plates say.

    FILE ends in .jpg or .png. The same options give the same scene; no plate in it is
    anybody's.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise SampleImpossible(
            f"{file}: the format is taken from the name; end it in .jpg or .png."
        )
    width, height = _sides(size)
    if plate_width_px is not None and not plate_width_px >= SMALLEST_PLATE_PX:
        raise SampleImpossible(
            f"--plate-width is {plate_width_px:g}; "
            f"a plate is at least {SMALLEST_PLATE_PX} pixels wide."
        )
    try:
        scene = render_scene(
            seed, width, height, plates, light, plate_width_px=plate_width_px
        )
    except ValueError as error:
        raise SampleImpossible(f"No such scene can be drawn: {error}.") from error
    _write(file, scene)
    if in_json:
        say(json.dumps(_facts(file, scene)))
    else:
        for plate in scene.plates:
            say(plate.text)


def _sides(size: str) -> tuple[int, int]:
    """Width and height from "WxH"."""
    least, most = SIDES_PX
    try:
        width, height = (int(side) for side in size.lower().split("x"))
    except ValueError as error:
        raise SampleImpossible(
            f"--size is {size!r}; write width and height in pixels as in 1280x720."
        ) from error
    if not (least <= width <= most and least <= height <= most):
        raise SampleImpossible(
            f"--size is {size}; both sides have to be {least} to {most} pixels."
        )
    return width, height


def _write(file: Path, scene: Scene) -> None:
    content = encode(scene.pixels, file.suffix)
    try:
        write_picture(file, content)
    except OSError as error:
        raise SampleImpossible(
            f"{file}: cannot be written ({(error.strerror or str(error)).lower()}); "
            "give a folder with room that you may write to."
        ) from error


def _facts(file: Path, scene: Scene) -> dict[str, object]:
    """Corners in pixels, clockwise from the upper left of the text."""
    height, width = scene.pixels.shape[:2]
    return {
        "image": str(file),
        "width": width,
        "height": height,
        "plates": [
            {
                "text": plate.text,
                "corners": [
                    [round(point.x, 1), round(point.y, 1)]
                    for point in plate.quad.points
                ],
            }
            for plate in scene.plates
        ],
    }
