"""Pictures of every kind, and files that are none."""

import resource
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.picture_file import (
    decode_picture,
    load_picture,
    write_picture,
)
from edge_anpr.records import Pixels
from edge_anpr.sample.scene import render_scene

WIDTH, HEIGHT = 32, 24
BLUE, ORANGE = (220, 60, 10), (10, 30, 200)  # BGR
FORMATS = [".jpg", ".png", ".webp", ".bmp", ".tiff"]
CMYK = Path(__file__).parent / "cmyk.jpg"  # as the scene below


def _scene() -> Pixels:
    """Orange, with a blue top left quarter."""
    pixels = np.full((HEIGHT, WIDTH, 3), ORANGE, np.uint8)
    pixels[:8, :16] = BLUE
    return pixels


def _file(suffix: str, pixels: np.ndarray, *options: int) -> bytes:
    return cv2.imencode(suffix, pixels, options)[1].tobytes()


def _noise(suffix: str) -> bytes:
    pixels = np.random.default_rng(1).integers(0, 256, (96, 128, 3), np.uint8)
    return _file(suffix, pixels)


def _exif(orientation: int) -> bytes:
    """A JPEG segment that asks for an orientation."""
    tag = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    tiff = b"MM\0*" + struct.pack(">IH", 8, 1) + tag + bytes(4)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png_header(width: int, height: int) -> bytes:
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + chunk
        + struct.pack(">I", zlib.crc32(chunk))
    )


def _close(came: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool(np.abs(came.astype(int) - colour).max() < 16)


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_is_read_in_colour(suffix: str) -> None:
    pixels = decode_picture(_file(suffix, _scene()))
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert _close(pixels[2, 2], BLUE)
    assert _close(pixels[-2, -2], ORANGE)


@pytest.mark.parametrize(
    ("orientation", "corner", "turned"),
    [
        (1, (2, 2), False),
        (2, (2, -3), False),
        (3, (-3, -3), False),
        (4, (-3, 2), False),
        (5, (2, 2), True),
        (6, (2, -3), True),
        (7, (-3, -3), True),
        (8, (-3, 2), True),
    ],
)
def test_pictures_stand_upright(
    orientation: int, corner: tuple[int, int], turned: bool
) -> None:
    jpeg = _file(".jpg", _scene())
    pixels = decode_picture(jpeg[:2] + _exif(orientation) + jpeg[2:])
    assert pixels.shape[:2] == ((WIDTH, HEIGHT) if turned else (HEIGHT, WIDTH))
    assert _close(pixels[corner], BLUE)


@pytest.mark.parametrize(
    "stored",
    [
        _scene()[..., 0],
        (_scene()[..., 0].astype(np.uint16) * 257),
        np.dstack((_scene(), np.full((HEIGHT, WIDTH), 128, np.uint8))),
        (_scene().astype(np.uint16) * 257),
    ],
    ids=["grey", "grey-16-bit", "transparent", "colour-16-bit"],
)
def test_unusual_pixels_become_bgr(stored: np.ndarray) -> None:
    pixels = decode_picture(_file(".png", stored))
    assert pixels.dtype == np.uint8
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    assert pixels[2, 2, 0] == BLUE[0]
    assert pixels[-2, -2, 0] == ORANGE[0]


def test_cmyk_is_read() -> None:
    pixels = load_picture(CMYK)
    assert _close(pixels[2, 2], BLUE)
    assert _close(pixels[-2, -2], ORANGE)


def test_a_sound_tiff_of_floats_is_not_called_damaged_alone() -> None:
    with pytest.raises(PictureUnreadable, match=r"or a kind of TIFF .* convert it"):
        decode_picture(_file(".tiff", _scene().astype(np.float32)))


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("share", [0.01, 0.3, 0.7, 0.99])
def test_a_picture_cut_short_is_refused(suffix: str, share: float) -> None:
    whole = _noise(suffix)
    with pytest.raises(PictureUnreadable, match="damaged"):
        decode_picture(whole[: max(int(len(whole) * share), 16)])


def test_a_picture_that_lacks_its_middle_is_refused() -> None:
    whole = _file(".jpg", render_scene(3, 640, 360).pixels)
    with pytest.raises(PictureUnreadable, match="damaged"):
        decode_picture(whole[:20_000] + whole[22_000:])


def test_a_progressive_jpeg_cut_short_is_refused() -> None:
    whole = _file(".jpg", _scene(), cv2.IMWRITE_JPEG_PROGRESSIVE, 1)
    with pytest.raises(PictureUnreadable, match="damaged"):
        decode_picture(whole[:-2])


def test_a_thumbnails_end_is_not_the_pictures() -> None:
    whole = _noise(".jpg")
    thumbnail = b"\xff\xe2\x00\x06\xff\xd8\xff\xd9"
    decode_picture(whole[:2] + thumbnail + whole[2:])
    with pytest.raises(PictureUnreadable, match="damaged"):
        decode_picture(whole[:2] + thumbnail + whole[2:-200])


def test_bytes_after_the_end_do_no_harm() -> None:
    decode_picture(_noise(".jpg") + bytes(100))
    decode_picture(_noise(".png") + bytes(100))


BOMBS = {
    "png": _png_header(60_000, 60_000),
    "jpeg": b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 60_000, 60_000),
    "webp": b"RIFF\0\0\0\0WEBPVP8X" + bytes(8) + b"\xff\xff\x00\xff\xff\x00",
    "bmp": b"BM" + bytes(12) + struct.pack("<Iii", 40, 60_000, -60_000),
    "tiff": b"II*\0"
    + struct.pack("<IH", 8, 2)
    + struct.pack("<HHII", 256, 4, 1, 60_000)
    + struct.pack("<HHII", 257, 4, 1, 60_000),
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_bomb_is_refused_by_its_header(bomb: bytes) -> None:
    with pytest.raises(PictureUnreadable, match="more than 100 million"):
        decode_picture(bomb)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"hello, world", "is not a picture"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "is in the HEIC format"),
        (b"\0\0\0\x1cftypavif", "is in the AVIF format"),
        (b"GIF89a", "is in the GIF format"),
        (b"\0\0\0\x1cftypisom", "is a clip; edge-anpr replay finds"),
        (b"\0\0\0\x14ftypqt  ", "is a clip"),
        (b"RIFF\0\0\0\0AVI LIST", "is a clip"),
        (b"\x1aE\xdf\xa3\1\0\0\0", "is a clip"),
        (b"\xff\xd8\xff", "is damaged"),
        (b"\x89PNG\r\n\x1a\n", "is damaged"),
        (b"\xff\xd8\xff" + b"\xff" * 500, "is damaged"),
        (b"MM\0*\xff\xff\xff\xff", "is damaged"),
        (_png_header(0, 0), "is damaged"),
    ],
)
def test_what_is_no_picture_is_refused_with_a_reason(
    content: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "car.jpg"
    file.write_bytes(content)
    with pytest.raises(PictureUnreadable, match=said):
        load_picture(file)


def test_a_missing_picture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PictureUnreadable, match="does not exist"):
        load_picture(tmp_path / "gone.jpg")


def test_an_endless_file_is_refused_at_once() -> None:
    with pytest.raises(PictureUnreadable, match="is not a picture"):
        load_picture(Path("/dev/zero"))


@pytest.fixture
def full_disk() -> Iterator[None]:
    """No file grows beyond 10 kB; what would, has got that far."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.usefixtures("full_disk")
def test_a_picture_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    write_picture(tmp_path / "new/car.jpg", b"before")
    for name in ("new/car.jpg", "new/other.jpg"):
        with pytest.raises(OSError, match="too large"):
            write_picture(tmp_path / name, bytes(20_000))
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["car.jpg"]
    assert (tmp_path / "new/car.jpg").read_bytes() == b"before"
    write_picture(tmp_path / "new/car.jpg", b"after")
    assert (tmp_path / "new/car.jpg").read_bytes() == b"after"
