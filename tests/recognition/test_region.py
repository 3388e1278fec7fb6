"""Where plates are looked for."""

import numpy as np
import pytest

from edge_anpr.errors import ConfigError, PictureUnreadable
from edge_anpr.recognition.region import RegionOfInterest
from edge_anpr.records import Box

PICTURE = np.zeros((480, 640, 3), np.uint8)


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("100,50,300,200", Box(100, 50, 300, 200)),
        ("0.25, 0.5, 1, 1", Box(160, 240, 640, 480)),
        ("0,0,1,1", Box(0, 0, 640, 480)),
        ("600,400,2000,2000", Box(600, 400, 640, 480)),
    ],
)
def test_a_region_is_in_pixels_or_fractions(text: str, box: Box) -> None:
    assert RegionOfInterest.parse(text).within(PICTURE) == box


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "is not four numbers"),
        ("1,2,3", "is not four numbers"),
        ("a,b,c,d", "is not four numbers"),
        ("0,0,inf,9", "is not four numbers"),
        ("0,0,9,nan", "is not four numbers"),
        ("5,5,5,9", "holds no area"),
        ("9,9,5,5", "holds no area"),
        ("-1,0,1,1", "begins outside the picture"),
        ("-5,-5,100000,100000", "begins outside the picture"),
    ],
)
def test_what_is_no_region_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"{reason}; write X1,Y1,X2,Y2"):
        RegionOfInterest.parse(text)


def test_a_region_outside_the_picture_is_refused() -> None:
    with pytest.raises(PictureUnreadable, match="has 640 x 480 pixels"):
        RegionOfInterest.parse("700,10,800,20").within(PICTURE)
