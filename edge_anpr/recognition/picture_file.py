"""Turn a picture file into pixels, or say in one sentence why not; write one whole."""

import os
from pathlib import Path

import cv2
import numpy as np

from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.picture_header import (
    CLIP,
    MAGIC_BYTES,
    READABLE,
    format_of,
    size_of,
)
from edge_anpr.records import Pixels
from edge_anpr.runtime import jpeg

MOST_PIXELS = 100_000_000
MOST_BYTES = 4 * MOST_PIXELS


def load_picture(path: Path) -> Pixels:
    """(height, width, 3) uint8 BGR, turned upright as its EXIF orientation asks.

    Grey, 16-bit, transparent and CMYK pictures come out like any other. Raises
    PictureUnreadable; its message continues the picture's name.
    """
    try:
        with path.open("rb") as file:
            head = file.read(MAGIC_BYTES)
            _refuse_other_formats(head)
            # A file may be endless; one byte more than allowed shows that.
            data = head + file.read(MOST_BYTES + 1 - len(head))
    except FileNotFoundError as error:
        raise PictureUnreadable("does not exist; check the path.") from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PictureUnreadable(
            f"cannot be opened ({reason}); check the file and your rights to it."
        ) from error
    return decode_picture(data)


def decode_picture(data: bytes, most_pixels: int = MOST_PIXELS) -> Pixels:
    """As load_picture, from a file's content."""
    _refuse_other_formats(data[:MAGIC_BYTES])
    size = size_of(data)
    if size is None:
        raise _damaged()
    if size.width * size.height > most_pixels or len(data) > MOST_BYTES:
        raise PictureUnreadable(
            f"has {size.width} x {size.height} pixels, more than "
            f"{most_pixels // 10**6} million; make it smaller first."
        )
    if not _is_complete(data):
        raise _damaged()
    pixels = _decoded(data)
    if pixels is None:
        raise _of_no_use(data)
    if format_of(data) == "JPEG" and jpeg.is_torn(data, pixels, _decoded):
        raise _damaged()
    return pixels


def write_picture(path: Path, content: bytes) -> None:
    """All of it or nothing: what stood there stays when the disk is full.

    Missing folders are made. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".edge-anpr-{os.getpid()}")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_other_formats(head: bytes) -> None:
    if not head:
        raise PictureUnreadable("is empty; copy or record it again.")
    kind = format_of(head)
    if kind == CLIP:
        raise PictureUnreadable("is a clip; edge-anpr replay finds the vehicles in it.")
    if kind is None:
        raise PictureUnreadable(f"is not a picture; give {', '.join(READABLE)} files.")
    if kind not in READABLE:
        raise PictureUnreadable(
            f"is in the {kind} format, which is not supported; convert it to JPEG."
        )


def _decoded(data: bytes) -> Pixels | None:
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:
        return None
    if pixels is None or pixels.dtype != np.uint8:
        return None
    return pixels.astype(np.uint8, copy=False)


def _is_complete(data: bytes) -> bool:
    """Whether the end is there; older OpenCV fills what is missing with grey."""
    kind = format_of(data)
    if kind == "JPEG":
        return jpeg.has_end(data)
    return kind != "PNG" or b"IEND" in data


def _of_no_use(data: bytes) -> PictureUnreadable:
    if format_of(data) != "TIFF":
        return _damaged()
    return PictureUnreadable(  # such as 32 bits a sample, or one of its compressions
        "is damaged, or a kind of TIFF that is not supported; copy it from its source "
        "once more, or convert it to JPEG."
    )


def _damaged() -> PictureUnreadable:
    return PictureUnreadable(
        "is damaged or cut short; copy it from its source once more."
    )
