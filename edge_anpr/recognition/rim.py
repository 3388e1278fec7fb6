"""A picture in parts, and plates that lie at the rim of one."""

from edge_anpr.records import Box

RIM_PX = 2.0  # a plate this near to the rim of the part is cut off by it
COMMON = 0.15  # of a quarter's sides, that it has in common with its neighbour


def is_whole(plate: Box, part: Box, picture: Box) -> bool:
    """Whether a plate found in a part of a picture does not go on beyond that part."""
    return (
        (plate.x1 >= part.x1 + RIM_PX or part.x1 <= picture.x1)
        and (plate.y1 >= part.y1 + RIM_PX or part.y1 <= picture.y1)
        and (plate.x2 <= part.x2 - RIM_PX or part.x2 >= picture.x2)
        and (plate.y2 <= part.y2 - RIM_PX or part.y2 >= picture.y2)
    )


def quarters(picture: Box) -> list[Box]:
    """Four parts, in whole pixels, that lie over each other in the middle."""
    size = 1 / (2 - COMMON)
    starts = 0.0, 1 - size
    parts = (picture.part(x, y, x + size, y + size) for y in starts for x in starts)
    return [
        Box(round(part.x1), round(part.y1), round(part.x2), round(part.y2))
        for part in parts
    ]
