"""The generator of made-up plates: what it says of a picture is true of the picture."""

import re
from pathlib import Path
from string import ascii_uppercase, digits

import cv2
import numpy as np
import pytest

pytest.importorskip("PIL", reason="Pillow is a training dependency")

from models.training.synthesis import PlateSynthesiser, SyntheticPlate, photograph
from models.training.synthesis.camera import tilt
from models.training.synthesis.colours import COLOURS
from models.training.synthesis.faces import FAMILIES, find_fonts, load_faces
from models.training.synthesis.layout import Layout
from models.training.synthesis.layouts import LAYOUTS
from models.training.synthesis.patterns import expression, text_of, write
from models.training.synthesis.plate import Floats
from models.training.synthesis.strokes import PENS


@pytest.fixture(scope="module")
def synthesiser() -> PlateSynthesiser:
    return PlateSynthesiser([], system=[])  # no font file at all


@pytest.fixture(scope="module")
def plates(synthesiser: PlateSynthesiser) -> list[SyntheticPlate]:
    rng = np.random.default_rng(5)
    made = [synthesiser.make(rng) for _ in range(60)]
    return made + [photograph(plate, rng) for plate in made]


def by_line(plate: SyntheticPlate) -> list[Floats]:
    """The boxes of each line: the second begins below the end of the first."""
    _, top, _, bottom = plate.character_boxes.T
    below = (top[1:] + bottom[1:]) / 2 > bottom[:-1]
    return np.split(plate.character_boxes, np.flatnonzero(below) + 1)


def test_a_seed_always_makes_the_same_plates(synthesiser: PlateSynthesiser) -> None:
    first, second = (np.random.default_rng(7) for _ in range(2))
    again = PlateSynthesiser([], system=[])
    for _ in range(8):
        one = photograph(synthesiser.make(first), first)
        other = photograph(again.make(second), second)
        assert one.text == other.text
        assert np.array_equal(one.pixels, other.pixels)


def test_a_text_has_only_capitals_and_digits(plates: list[SyntheticPlate]) -> None:
    assert all(set(plate.text) <= set(ascii_uppercase + digits) for plate in plates)
    assert all(2 <= len(plate.text) <= 10 for plate in plates)


def test_every_character_has_a_box_inside_the_picture(
    plates: list[SyntheticPlate],
) -> None:
    for plate in plates:
        height, width = plate.pixels.shape[:2]
        x1, y1, x2, y2 = plate.character_boxes.T
        assert len(x1) == len(plate.text)
        assert (x1 < x2).all()
        assert (y1 < y2).all()
        assert min(x1.min(), y1.min()) >= 0
        assert x2.max() <= width
        assert y2.max() <= height


def test_characters_are_in_reading_order(synthesiser: PlateSynthesiser) -> None:
    rng = np.random.default_rng(11)
    for plate in (synthesiser.make(rng) for _ in range(60)):
        lines = by_line(plate)
        assert len(lines) == plate.lines
        assert all((np.diff(line[:, 0]) > 0).all() for line in lines)
        assert plate.lines == 1 or lines[0][:, 1].mean() < lines[1][:, 1].mean()


def test_pictures_are_in_colour(plates: list[SyntheticPlate]) -> None:
    assert all(plate.pixels.dtype == np.uint8 for plate in plates)
    assert all(plate.pixels.shape[2:] == (3,) for plate in plates)


def test_about_a_third_of_the_plates_have_two_lines(
    synthesiser: PlateSynthesiser,
) -> None:
    rng = np.random.default_rng(3)
    lines = [synthesiser.make(rng).lines for _ in range(200)]
    assert 0.2 < lines.count(2) / 200 < 0.4


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_layout_is_drawn_as_its_pattern_says(
    layout: Layout, synthesiser: PlateSynthesiser
) -> None:
    plate = synthesiser.draw(layout, np.random.default_rng(1))
    patterns = [expression(pattern, layout.letters) for pattern in layout.patterns]
    assert any(re.fullmatch(pattern, plate.text) for pattern in patterns)
    assert plate.lines == layout.lines
    assert len(plate.character_boxes) == len(plate.text)


def test_layouts_are_sound() -> None:
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS)
    for layout in LAYOUTS:
        assert len({pattern.count("|") for pattern in layout.patterns}) == 1
        assert layout.lines in (1, 2)
        assert layout.faces in FAMILIES
        assert {name for pair in layout.colours for name in pair.split("/")} <= set(
            COLOURS
        )


def test_every_line_of_a_layout_has_text() -> None:
    lines = [
        line
        for layout in LAYOUTS
        for pattern in layout.patterns
        for line in pattern.split("|")
    ]
    assert all(expression(line, ascii_uppercase) for line in lines)


def test_signs_and_stacked_letters_are_no_text() -> None:
    lines = write("~a:{BC}DD<xy>", ascii_uppercase, np.random.default_rng(0))
    assert re.fullmatch(r"ABC\d\d", text_of(lines))


def test_a_pen_draws_every_character_differently() -> None:
    for face in load_faces([]):
        assert all(face.glyph(char).mask.any() for char in ascii_uppercase + digits)
    assert len({pen.name for pen in PENS}) == len(PENS)


def test_a_folder_without_fonts_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    assert tmp_path / "broken.ttf" not in find_fonts([tmp_path])


def test_boxes_follow_the_characters_through_the_lens() -> None:
    rng = np.random.default_rng(2)
    for _ in range(40):
        seen = tilt(_black_squares(), rng)
        dark = cv2.cvtColor(seen.pixels, cv2.COLOR_BGR2GRAY) < 128
        for x1, y1, x2, y2 in np.round(seen.character_boxes).astype(int):
            assert dark[y1:y2, x1:x2].mean() > 0.5
            dark[max(y1 - 1, 0) : y2 + 1, max(x1 - 1, 0) : x2 + 1] = False
        assert not dark.any()


def test_the_quad_follows_the_plate_through_the_lens() -> None:
    plate = _black_squares()
    seen = tilt(plate, np.random.default_rng(4))
    corners = seen.plate_quad
    assert (corners >= -0.5).all()
    assert (corners <= np.array(seen.pixels.shape[1::-1]) + 0.5).all()
    assert cv2.contourArea(corners) > 0


def _black_squares() -> SyntheticPlate:
    """Three black squares in place of characters, on white."""
    pixels = np.full((60, 200, 3), 255, np.uint8)
    boxes = np.array([(30, 20, 50, 45), (80, 15, 105, 45), (140, 20, 170, 50)])
    for x1, y1, x2, y2 in boxes:
        pixels[y1:y2, x1:x2] = 0
    corners = np.array([(0, 0), (200, 0), (200, 60), (0, 60)], np.float32)
    return SyntheticPlate(pixels, "ABC", 1, boxes.astype(np.float32), corners)


def test_a_square_plate_with_a_band_and_pictures_keeps_room_for_its_text(
    synthesiser: PlateSynthesiser,
) -> None:
    layout = Layout(
        name="square",
        patterns=("D*X|X",),
        size_mm=(170, 212),
        character_mm=70,
        colours=("amber/green",),
        faces="any",
        band="right blue 75",
        picture=1.0,
    )
    rng = np.random.default_rng(11)
    for _ in range(150):
        boxes = synthesiser.draw(layout, rng).character_boxes
        assert (boxes[:, 2] - boxes[:, 0] >= 2).all()
        assert boxes[0, 0] < boxes[1, 0]  # a room of less than nothing turns it round
