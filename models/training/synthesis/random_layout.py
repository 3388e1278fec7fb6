"""Plates no country issues: any text, any split, any colours."""

import numpy as np

from models.training.synthesis.colours import COLOURS, grey_of
from models.training.synthesis.layout import Layout

_SEPARATORS = ("", "", "", "_", "_", "-", ".", ":", "=", "*", "@")


def random_layout(lines: int, rng: np.random.Generator) -> Layout:
    """A layout for one plate."""
    length = int(np.clip(round(rng.normal(5.9, 1.9)), 2, 10))
    split = int(rng.integers(1, length)) if lines == 2 else 0
    pattern = "".join(
        _separator(index, split, rng) + "LDX"[rng.choice(3, p=(0.5, 0.25, 0.25))]
        for index in range(length)
    )
    # A separator takes about two thirds of a character's room.
    longest = max(
        sum(1.0 if sign in "LDX" else 0.65 for sign in line)
        for line in pattern.split("|")
    )
    character_mm = 70
    height = character_mm * (2.7 if lines == 2 else 1.6) * rng.uniform(0.92, 1.15)
    width = (longest + 1) * character_mm * rng.uniform(0.62, 0.85)
    width = max(width, height * 0.8)
    return Layout(
        name="random",
        patterns=(pattern,),
        size_mm=(round(min(width, height * 5.5)), round(height)),
        character_mm=character_mm,
        colours=(_colours(rng),),
        faces="any",
        band=("", "", "left eublue *D", "right blue 75", "top blue AB")[
            rng.integers(5)
        ],
        top=(("", "", "STATE")[rng.integers(3)],),
        bottom=(("", "", "www.example.org")[rng.integers(3)],),
        top_line=1.0 if rng.random() < 0.6 else float(rng.uniform(0.5, 1.5)),
        spacing=("natural", "cells", "filled")[rng.integers(3)],
        picture=0.15,
        stickers=0.15,
    )


def _separator(index: int, split: int, rng: np.random.Generator) -> str:
    if index == 0:
        return ""
    if index == split:
        return "|"
    return _SEPARATORS[rng.integers(len(_SEPARATORS))]


def _colours(rng: np.random.Generator) -> str:
    """Two names that differ enough in brightness, for the reader sees only grey."""
    names = list(COLOURS)
    while True:
        back, ink = (names[pick] for pick in rng.integers(len(names), size=2))
        if abs(grey_of(COLOURS[back]) - grey_of(COLOURS[ink])) > 60:
            return f"{back}/{ink}"
