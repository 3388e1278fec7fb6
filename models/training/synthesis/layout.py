"""One kind of number plate, described in the words of those who issue it."""

from dataclasses import dataclass
from string import ascii_uppercase
from typing import Literal

Spacing = Literal["natural", "cells", "filled"]


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands where on a plate, and how it looks: an entry of `layouts/*.yaml`."""

    name: str
    patterns: tuple[str, ...]
    """In the language of `patterns.py`; all of them with the same number of lines."""
    size_mm: tuple[int, int]
    """Width and height."""
    character_mm: int
    """Height of the characters; on two lines, of the lower ones."""
    colours: tuple[str, ...]
    """`background/ink` by the names of `colours.py`; repeat one to see it more."""
    faces: str
    """A family of `faces.py`."""
    weight: float = 1.0
    """How often, among the layouts with as many lines."""
    letters: str = ascii_uppercase
    """What L and X may become."""
    band: str = ""
    """`side colour letters`: side is left, right or top; a star circle is `*`."""
    top: tuple[str, ...] = ()
    """Small writing above the characters: a state, a city."""
    bottom: tuple[str, ...] = ()
    """Small writing below them: a slogan, a district."""
    writing: str = ""
    """Colour of the small writing; empty means that of the characters."""
    top_line: float = 1.0
    """Height of the upper line in parts of the lower one."""
    spacing: Spacing = "natural"
    """`cells` gives all characters the same room, `filled` uses the whole width."""
    border: float = 0.5
    """How likely a line runs round the plate."""
    embossed: float = 0.5
    """How likely the characters are pressed, not printed."""
    picture: float = 0.0
    """How likely a picture or tint lies behind the characters."""
    stickers: float = 0.0
    """How likely there are stickers in the corners."""

    @property
    def lines(self) -> int:
        return self.patterns[0].count("|") + 1
