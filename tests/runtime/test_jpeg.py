"""JPEGs that came whole, and such as did not."""

import cv2
import numpy as np
import pytest

from edge_anpr.records import Pixels
from edge_anpr.runtime.jpeg import has_end, is_torn
from edge_anpr.runtime.quiet import quiet_libraries
from edge_anpr.sample.scene import render_scene

WIDTH, HEIGHT = 640, 360
KINDS = {
    "plain": [],
    "often-restarted": [cv2.IMWRITE_JPEG_RST_INTERVAL, 4],
    "restarted-at-every-row": [cv2.IMWRITE_JPEG_RST_INTERVAL, WIDTH // 16],
    "progressive": [cv2.IMWRITE_JPEG_PROGRESSIVE, 1],
}
AS_CAMERAS = [kind for kind in KINDS if kind != "progressive"]
TRIES = 40


@pytest.fixture(scope="module")
def scene() -> Pixels:
    return render_scene(3, WIDTH, HEIGHT).pixels


def _jpeg(pixels: Pixels, kind: str = "plain") -> bytes:
    return cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 80, *KINDS[kind]])[
        1
    ].tobytes()


def _decode(data: bytes) -> Pixels | None:
    with quiet_libraries():
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    return None if pixels is None else pixels.astype(np.uint8, copy=False)


def _is_torn(data: bytes) -> bool:
    pixels = _decode(data)
    return pixels is None or is_torn(data, pixels, _decode)


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_picture_is_whole(scene: Pixels, kind: str) -> None:
    assert not _is_torn(_jpeg(scene, kind))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("level", [0, 127, 128, 129, 255])
def test_a_picture_that_is_grey_in_truth_is_whole(kind: str, level: int) -> None:
    assert not _is_torn(_jpeg(np.full((HEIGHT, WIDTH, 3), level, np.uint8), kind))


@pytest.mark.parametrize("kind", AS_CAMERAS)
def test_a_packet_that_got_lost_is_noticed(scene: Pixels, kind: str) -> None:
    data, rng = _jpeg(scene, kind), np.random.default_rng(1)
    noticed = 0
    for _ in range(TRIES):
        at, lost = rng.integers(1500, len(data) - 3500), rng.integers(500, 3072)
        noticed += _is_torn(data[:at] + data[at + lost :])
    assert noticed >= 0.8 * TRIES  # not when just eight restarts are lost, or sixteen


@pytest.mark.parametrize("kind", KINDS)
def test_a_tail_that_is_missing_is_noticed(scene: Pixels, kind: str) -> None:
    data = _jpeg(scene, kind)
    for share in (0.2, 0.5, 0.9):
        assert not has_end(data[: int(share * len(data))])
    if kind != "progressive":
        assert _is_torn(data[: len(data) // 2] + b"\xff\xd9")


@pytest.mark.parametrize("turns", [1, 2, 3])
def test_it_is_noticed_in_a_picture_that_is_turned_upright(
    scene: Pixels, turns: int
) -> None:
    def turned(content: bytes) -> Pixels:
        pixels = _decode(content)
        assert pixels is not None
        return np.rot90(pixels, turns)

    data = _jpeg(scene)
    half = len(data) // 2
    torn = data[:half] + data[half + 2000 :]
    assert is_torn(torn, turned(torn), turned)


def test_what_is_no_jpeg_is_torn(scene: Pixels) -> None:
    for content in (b"", b"\xff\xd8\xff", b"\xff\xd8\xff" + bytes(9)):
        assert is_torn(content, scene, _decode)
        assert not has_end(content)
