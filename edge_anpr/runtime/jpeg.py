"""Whether a JPEG came whole.

Decoders fill what is missing with grey, and none of them tells OpenCV's callers.
"""

import re
import struct
from collections.abc import Callable

import numpy as np

from edge_anpr.records import Pixels

BEGIN = b"\xff\xd8\xff"
END, RESTARTS = b"\xff\xd9", b"\xff\xdd"  # the latter says how often
GREY = b"\x80\x80\x80" * 4  # pixels of what a decoder had no data for
# One block at least, which is not grey, whatever the tables say.
FILLING = bytes(256)

_SEGMENT_END = re.compile(rb"\xff(?=[\xd0-\xd7\xd9])")
_SCAN_MARK = re.compile(rb"\xff([\xd0-\xd7\xd9\xda])")
_TURNS = bytes(range(0xD0, 0xD8))


def scan_start(data: bytes) -> int:
    """Where the header ends and the first scan begins; raise IndexError."""
    return marker_start(data, lambda marker: marker == 0xDA)


def marker_start(data: bytes, wanted: Callable[[int], bool]) -> int:
    """Of the first such one in the header; raise IndexError, struct.error."""
    at = 2
    while True:
        while data[at] == 0xFF and data[at + 1] == 0xFF:
            at += 1  # fill bytes
        marker, length = struct.unpack_from(">xBH", data, at)
        if data[at] != 0xFF or length < 2:
            raise IndexError("not a JPEG marker")
        if wanted(marker):
            return at
        at += 2 + length


def has_end(data: bytes) -> bool:
    try:
        # Not before the scan: a thumbnail in the header has an end of its own.
        return data.rfind(END, scan_start(data)) >= 0
    except (IndexError, struct.error):
        return False


def is_torn(
    data: bytes, pixels: Pixels, decode: Callable[[bytes], Pixels | None]
) -> bool:
    """Whether bytes are missing from the middle; pixels: what it was decoded to.

    Not to be told of progressive ones, in which every part covers the whole picture.
    """
    try:
        start = scan_start(data)
    except (IndexError, struct.error):
        return True
    if _lacks_a_restart(data, start):
        return True
    if not _has_grey_rim(pixels):
        return False
    # Grey it may be in truth. Then data to spare changes nothing.
    filled = _SEGMENT_END.sub(FILLING + b"\xff", data[start:])
    again = decode(data[:start] + filled + FILLING + END)
    return again is None or not np.array_equal(again, pixels)


def _lacks_a_restart(data: bytes, start: int) -> bool:
    """They are numbered from 0 to 7, over and over, in every scan."""
    if RESTARTS not in data[:start]:
        return False
    marks, _, _ = b"".join(_SCAN_MARK.findall(data, start)).partition(END[1:])
    return any(
        scan != (_TURNS * (len(scan) // 8 + 1))[: len(scan)]
        for scan in marks.split(b"\xda")
    )


def _has_grey_rim(pixels: Pixels) -> bool:
    """Data end at the picture's last block, or at the last of a row; on which side
    that is depends on how the picture was turned upright.
    """
    rims = pixels[:, -1], pixels[:, 0], pixels[-1], pixels[0]
    return any(GREY in rim.tobytes() for rim in rims)
