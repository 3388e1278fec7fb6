"""What leaves the device is small, and nothing but pixels."""

from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from edge_anpr.errors import PictureUnreadable
from edge_anpr.recognition.outgoing import (
    MOST_HEIGHT_PX,
    MOST_WIDTH_PX,
    outgoing,
)


def _jpeg(width: int, height: int, secret: bytes = b"") -> bytes:
    picture = Image.effect_noise((width, height), 60).convert("RGB")
    exif = Image.Exif()
    if secret:
        exif[0x010E] = secret.decode()  # ImageDescription
        exif.get_ifd(0x8825)[1] = "N"  # GPS
    stream = BytesIO()
    picture.save(stream, "JPEG", exif=exif, comment=secret or None)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("size", "sent"),
    [
        ((200, 60), (200, 60)),
        ((640, 160), (640, 160)),
        ((1281, 320), (640, 159)),
        ((641, 1000), (307, 480)),
        ((5000, 3), (640, 1)),
    ],
)
def test_it_is_never_larger_than_allowed(
    size: tuple[int, int], sent: tuple[int, int]
) -> None:
    pixels = cv2.imdecode(
        np.frombuffer(outgoing(_jpeg(*size)), np.uint8), cv2.IMREAD_COLOR
    )
    assert pixels is not None
    assert (pixels.shape[1], pixels.shape[0]) == sent
    assert pixels.shape[1] <= MOST_WIDTH_PX
    assert pixels.shape[0] <= MOST_HEIGHT_PX


def test_it_holds_no_metadata() -> None:
    stored = _jpeg(200, 60, b"seen at the north gate")
    assert b"north gate" in stored
    sent = outgoing(stored)
    assert b"north gate" not in sent
    assert b"Exif" not in sent
    with Image.open(BytesIO(sent)) as picture:
        assert not picture.getexif()
        assert set(picture.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
        }


@pytest.mark.parametrize("stored", [b"", b"no picture", _jpeg(50, 20)[:100]])
def test_what_is_no_picture_is_named(stored: bytes) -> None:
    with pytest.raises(PictureUnreadable, match="not a picture"):
        outgoing(stored)
