import numpy as np
import pytest

from edge_anpr.sample import STYLES, PlateStyle, render_plate
from edge_anpr.sample.plate import CHARS, random_text, spaced

styles = pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)


@styles
@pytest.mark.parametrize("width_px", [64, 300])
def test_every_style_can_be_drawn(style: PlateStyle, width_px: int) -> None:
    text = random_text(style, np.random.default_rng(1))
    plate = render_plate(text, style, width_px)
    tall_px = round(width_px * style.height_mm / style.width_mm)
    assert plate.pixels.shape == (tall_px, width_px, 3)
    assert plate.pixels.std() > 25


@styles
def test_a_random_text_follows_the_pattern(style: PlateStyle) -> None:
    text = random_text(style, np.random.default_rng(2))
    fits = [
        char in CHARS.get(kind, kind)
        for char, kind in zip(text, style.pattern, strict=True)
    ]
    assert all(fits)


def test_the_text_of_a_plate_is_what_a_reader_should_read() -> None:
    assert render_plate("AB-123-CD", STYLES["france"]).text == "AB123CD"
    assert render_plate("HH A/1234", STYLES["motorcycle"]).text == "HHA1234"


def test_a_plain_text_gets_the_gaps_of_its_country() -> None:
    assert spaced("AB12CDE", STYLES["british rear"]) == "AB12 CDE"
    assert spaced("AB12", STYLES["british rear"]) == "AB12"


def test_a_long_text_stays_on_the_metal() -> None:
    plate = render_plate("WWWWWWWWWW", STYLES["germany"], 520)
    margin = plate.pixels[20:-20, -13:-7]
    assert margin.min() > 150
