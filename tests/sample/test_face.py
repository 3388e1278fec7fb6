import itertools
from string import ascii_uppercase, digits

import cv2
import numpy as np
import pytest

from edge_anpr.sample.face import Face, Mask, text_mask
from edge_anpr.sample.plate import AMERICAN, BRITISH, DIN

CHARS = ascii_uppercase + digits
FACES = {"din": DIN, "british": BRITISH, "american": AMERICAN}


def _likeness(first: Mask, second: Mask) -> float:
    """Normalised correlation of two characters stretched to one size."""
    a, b = (
        np.asarray(cv2.resize(mask, (48, 64)), np.float64) for mask in (first, second)
    )
    return float(np.corrcoef(a.ravel(), b.ravel())[0, 1])


@pytest.mark.parametrize("face", FACES.values(), ids=FACES)
def test_no_two_characters_look_alike(face: Face) -> None:
    masks = {char: text_mask(char, face, 64) for char in CHARS}
    alike = [
        a + b
        for a, b in itertools.combinations(CHARS, 2)
        if _likeness(masks[a], masks[b]) > 0.96
    ]
    assert alike == []


@pytest.mark.parametrize("height_px", [6, 17, 76, 200])
def test_a_line_has_the_height_asked_for(height_px: int) -> None:
    mask = text_mask("AB 12", DIN, height_px)
    assert mask.shape[0] == height_px
    assert mask.max() > 200


def test_the_proportions_do_not_depend_on_the_size() -> None:
    small, large = (text_mask("W0RD", DIN, px) for px in (20, 200))
    assert large.shape[1] == pytest.approx(10 * small.shape[1], rel=0.03)


def test_a_slanted_line_leans_to_the_right() -> None:
    upright, slanted = text_mask("I", Face(), 80), text_mask("I", Face(slant=0.2), 80)
    assert slanted.shape[1] == upright.shape[1] + 16
    assert slanted[4].nonzero()[0].mean() > slanted[-4].nonzero()[0].mean() + 10


def test_a_character_we_do_not_have_is_refused() -> None:
    with pytest.raises(KeyError):
        text_mask("Ä", DIN, 40)
