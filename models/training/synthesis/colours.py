"""The colours of plates, and how far two plates of one colour differ."""

import numpy as np

Colour = tuple[float, float, float]
"""Blue, green, red: 0..255."""

COLOURS: dict[str, Colour] = {
    "white": (236, 238, 238),
    "cream": (206, 226, 234),
    "grey": (168, 172, 172),
    "silver": (196, 198, 198),
    "yellow": (40, 205, 250),
    "amber": (10, 165, 238),
    "orange": (20, 110, 235),
    "black": (26, 26, 26),
    "charcoal": (62, 58, 56),
    "blue": (160, 70, 20),
    "navy": (95, 40, 15),
    "skyblue": (235, 205, 160),
    "eublue": (165, 70, 10),
    "cnblue": (190, 85, 20),
    "green": (60, 110, 20),
    "lightgreen": (150, 220, 170),
    "red": (40, 30, 190),
    "maroon": (40, 25, 110),
    "brown": (40, 60, 100),
    "pink": (200, 190, 240),
    "purple": (130, 50, 90),
}


def tint(name: str, rng: np.random.Generator) -> Colour:
    """A colour as one maker, some years and some dirt have left it."""
    light, *shifts = rng.standard_normal(4).tolist()
    blue, green, red = (
        min(max(value * (1 + 0.07 * light) + 6 * shift, 0.0), 255.0)
        for value, shift in zip(COLOURS[name], shifts, strict=True)
    )
    return blue, green, red


def grey_of(colour: Colour) -> float:
    blue, green, red = colour
    return 0.114 * blue + 0.587 * green + 0.299 * red
