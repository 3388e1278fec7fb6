"""Draw plates into a copy of their picture."""

from collections.abc import Sequence

import cv2
import numpy as np

from edge_anpr.errors import PictureUnreadable
from edge_anpr.records import SURE_FROM, Box, Pixels, Plate

SURE, UNSURE = (96, 174, 39), (0, 150, 245)  # BGR: green and amber
INK = (255, 255, 255)
FONT = cv2.FONT_HERSHEY_DUPLEX
LETTER_SHARE = 0.019  # of the picture's longer side
SMALLEST_LETTER_PX = 11
HIDDEN_MARGIN = 0.15  # of a box, on each side


def draw_plates(pixels: Pixels, plates: Sequence[Plate]) -> Pixels:
    """A copy with every plate framed and its text on a filled label beside it."""
    picture = pixels.copy()
    line = max(round(max(picture.shape[:2]) / 400), 1)
    for plate in reversed(plates):  # the best last, so that it lies on top
        colour = SURE if plate.read.confidence >= SURE_FROM else UNSURE
        box, corners = plate.detection.box, plate.detection.corners
        outline = np.array(
            [(point.x, point.y) for point in corners.points]
            if corners
            else [
                (box.x1, box.y1),
                (box.x2, box.y1),
                (box.x2, box.y2),
                (box.x1, box.y2),
            ]
        )
        cv2.polylines(
            picture, [outline.round().astype(np.int32)], True, colour, line, cv2.LINE_AA
        )
        text = plate.read.text or "?"
        label = f"{text} {plate.read.confidence:.0%}"
        _draw_label(picture, box, label, colour)
    return picture


def encode(pixels: Pixels, suffix: str) -> bytes:
    """A picture file's content, in the format its suffix stands for, else JPEG.

    Raises PictureUnreadable; its message continues the picture's name.
    """
    known = suffix and cv2.haveImageWriter("picture" + suffix)
    try:
        fine, content = cv2.imencode(suffix if known else ".jpg", pixels)
    except cv2.error:  # as some versions say it
        fine = False
    if not fine:
        height, width = pixels.shape[:2]
        raise PictureUnreadable(
            f"has {width} x {height} pixels, more than such a file can hold; to have "
            "it drawn into, name it .png."
        )
    return content.tobytes()


def still(pixels: Pixels, most_px: int, quality: int) -> bytes:
    """A JPEG of the picture, no wider nor higher than so many pixels."""
    height, width = pixels.shape[:2]
    scale = min(most_px / max(height, width), 1.0)
    if scale < 1:
        size = max(round(width * scale), 1), max(round(height * scale), 1)
        shown = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    else:
        shown = pixels
    _, content = cv2.imencode(".jpg", shown, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return content.tobytes()


def hide(pixels: Pixels, boxes: Sequence[Box]) -> Pixels:
    """A copy in which nobody can read what is in the boxes, nor close to them."""
    picture = pixels.copy()
    height, width = picture.shape[:2]
    for box in boxes:
        wide = box.grown(HIDDEN_MARGIN, HIDDEN_MARGIN).clipped(width, height)
        x1, y1, x2, y2 = int(wide.x1), int(wide.y1), round(wide.x2), round(wide.y2)
        part = picture[y1:y2, x1:x2]
        if part.size:
            part[:] = part.mean(axis=(0, 1)).astype(np.uint8)
    return picture


def _draw_label(
    picture: Pixels, box: Box, label: str, colour: tuple[int, int, int]
) -> None:
    """Above the box, below it where there is no room, and never outside the picture."""
    height, width = picture.shape[:2]
    letter = max(LETTER_SHARE * max(height, width), SMALLEST_LETTER_PX)
    (unit_width, unit_height), _ = cv2.getTextSize(label, FONT, 1.0, 1)
    scale = min(letter / unit_height, 0.9 * width / unit_width)
    thickness = max(round(scale * 1.2), 1)
    (text_width, text_height), _ = cv2.getTextSize(label, FONT, scale, thickness)
    pad = max(round(text_height * 0.4), 2)
    label_width, label_height = text_width + 2 * pad, text_height + 2 * pad
    left = round(min(max(box.x1, 0), max(width - label_width, 0)))
    top = round(box.y1) - label_height
    if top < 0:
        top = min(round(box.y2), height - label_height)
    cv2.rectangle(
        picture,
        (left, top),
        (left + label_width - 1, top + label_height - 1),
        colour,
        cv2.FILLED,
    )
    cv2.putText(
        picture,
        label,
        (left + pad, top + pad + text_height),
        FONT,
        scale,
        INK,
        thickness,
        cv2.LINE_AA,
    )
