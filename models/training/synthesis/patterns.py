"""The little language in which a layout says what stands on a plate.

L D X       a letter, a digit, either
a-z 0-9     that very character (always drawn as a capital)
{A,BC}      one of these
|           the second line begins
_ =         a gap, a wide gap
- . :       a dash, a dot on the line, a dot at half height
!           an upright rule
@ *         inspection seals, a coat of arms or a picture
~ ^         a Chinese-like sign, an Arabic-like word; no part of the text
(...)       small characters on the line
[...]       small characters at the top
<...>       small characters stacked on each other; no part of the text
"""

import re
from dataclasses import dataclass
from string import digits
from typing import Literal

import numpy as np

GAPS = {"_": 0.34, "=": 0.75}
"""Width of a gap in parts of the character height."""

ORNAMENTS = "-.:!@*~^"


Size = Literal["full", "small", "raised"]

_SIZES: dict[str, Size] = {"(": "small", "[": "raised", ")": "full", "]": "full"}


@dataclass(frozen=True, slots=True)
class Token:
    """One thing that stands in a line."""

    kind: str
    """`character`, `stacked`, or the pattern's own sign for a gap or an ornament."""
    text: str = ""
    size: Size = "full"


def write(pattern: str, letters: str, rng: np.random.Generator) -> list[list[Token]]:
    """Draw a text that fits the pattern: one list of tokens per line."""
    return [_write_line(line, letters, rng) for line in pattern.split("|")]


def text_of(lines: list[list[Token]]) -> str:
    return "".join(
        token.text for line in lines for token in line if token.kind == "character"
    )


def expression(pattern: str, letters: str) -> str:
    """The regular expression that every text written from the pattern matches."""
    pattern = re.sub(r"<[^>]*>", "", pattern)
    pieces = re.findall(r"\{[^}]*\}|[LDXa-z0-9]", pattern)
    return "".join(_piece_expression(piece, letters) for piece in pieces)


def _piece_expression(piece: str, letters: str) -> str:
    if piece[0] == "{":
        return "(" + piece[1:-1].replace(",", "|") + ")"
    classes = {"L": f"[{letters}]", "D": r"\d", "X": f"[{letters}0-9]"}
    return classes.get(piece, piece.upper())


def _write_line(line: str, letters: str, rng: np.random.Generator) -> list[Token]:
    tokens: list[Token] = []
    size: Size = "full"
    # A stack and a choice are one piece each, everything else is one sign.
    for piece in re.findall(r"\{[^}]*\}|<[^>]*>|.", line):
        if piece in _SIZES:
            size = _SIZES[piece]
        elif piece[0] == "<":
            tokens.append(Token("stacked", _characters(piece[1:-1], letters, rng)))
        elif piece in ORNAMENTS or piece in GAPS:
            tokens.append(Token(piece))
        else:
            text = _characters(piece, letters, rng)
            tokens.extend(Token("character", char, size) for char in text)
    return tokens


def _characters(piece: str, letters: str, rng: np.random.Generator) -> str:
    if piece[0] == "{":
        choices = piece[1:-1].split(",")
        return choices[rng.integers(len(choices))]
    return "".join(_character(kind, letters, rng) for kind in piece)


def _character(kind: str, letters: str, rng: np.random.Generator) -> str:
    if kind == "L":
        return letters[rng.integers(len(letters))]
    if kind == "D":
        return digits[rng.integers(10)]
    if kind == "X":
        both = letters + digits
        return both[rng.integers(len(both))]
    return kind.upper()
