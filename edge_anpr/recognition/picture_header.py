"""What a picture's first bytes say: its format and its size.

A picture of 60,000 x 60,000 pixels fits in a small file and fills 10 GB of memory
when it is decoded, so its size has to be known before.
"""

import struct
from dataclasses import dataclass

from edge_anpr.runtime.jpeg import marker_start

MAGIC_BYTES = 16  # of a file tell its format
CLIP = "clip"  # of any format that cameras and telephones write


@dataclass(frozen=True, slots=True)
class PictureSize:
    """As stored, before any turn that the EXIF orientation asks for."""

    width: int
    height: int


def format_of(head: bytes) -> str | None:
    """JPEG, PNG, WebP, BMP or TIFF; HEIC, AVIF or GIF; CLIP; None for anything else."""
    for name, offset, magic in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return name
    return None


def size_of(data: bytes) -> PictureSize | None:
    """The size of a picture in a format we read; None where the header is damaged."""
    try:
        return _SIZE[format_of(data) or ""](data)
    except (KeyError, IndexError, struct.error):
        return None


def _jpeg(data: bytes) -> PictureSize:
    # Start of frame, of any process; C4, C8 and CC are other things (ITU T.81, B.1).
    at = marker_start(
        data, lambda marker: 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}
    )
    height, width = struct.unpack_from(">HH", data, at + 5)
    return PictureSize(width, height)


def _png(data: bytes) -> PictureSize:
    return PictureSize(*struct.unpack_from(">II", data, 16))


def _webp(data: bytes) -> PictureSize:
    kind = data[12:16]
    if kind == b"VP8X":
        packed = data[24:30]
        return PictureSize(
            int.from_bytes(packed[:3], "little") + 1,
            int.from_bytes(packed[3:], "little") + 1,
        )
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 21)
        return PictureSize((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    width, height = struct.unpack_from("<HH", data, 26)
    return PictureSize(width & 0x3FFF, height & 0x3FFF)


def _bmp(data: bytes) -> PictureSize:
    (header_bytes,) = struct.unpack_from("<I", data, 14)
    width, height = struct.unpack_from("<HH" if header_bytes == 12 else "<ii", data, 18)
    return PictureSize(width, abs(height))


def _tiff(data: bytes) -> PictureSize:
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(order + "I", data, 4)
    (entries,) = struct.unpack_from(order + "H", data, at)
    sides = {}
    for entry in range(at + 2, at + 2 + 12 * entries, 12):
        tag, kind = struct.unpack_from(order + "HH", data, entry)
        if tag in {256, 257}:  # ImageWidth, ImageLength: a SHORT or a LONG
            value = order + ("H" if kind == 3 else "I")
            (sides[tag],) = struct.unpack_from(value, data, entry + 8)
    return PictureSize(sides[256], sides[257])


_MAGIC = (
    ("JPEG", 0, b"\xff\xd8\xff"),
    ("PNG", 0, b"\x89PNG\r\n\x1a\n"),
    ("WebP", 8, b"WEBP"),
    ("BMP", 0, b"BM"),
    ("TIFF", 0, b"II*\0"),
    ("TIFF", 0, b"MM\0*"),
    ("GIF", 0, b"GIF8"),
    ("AVIF", 4, b"ftypavif"),
    *(("HEIC", 4, b"ftyp" + brand) for brand in (b"hei", b"hev", b"mif1", b"msf1")),
    (CLIP, 4, b"ftyp"),  # MP4 and QuickTime
    (CLIP, 8, b"AVI "),
    (CLIP, 0, b"\x1aE\xdf\xa3"),  # Matroska and WebM
)
_SIZE = {"JPEG": _jpeg, "PNG": _png, "WebP": _webp, "BMP": _bmp, "TIFF": _tiff}
READABLE = tuple(_SIZE)
