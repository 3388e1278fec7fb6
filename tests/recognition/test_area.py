"""Where plates are read."""

from edge_anpr.config.camera import MotionConfig
from edge_anpr.recognition.area import Area
from edge_anpr.records import Box

LEFT_HALF = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
LEFT, RIGHT = Box(100, 100, 200, 130), Box(700, 100, 800, 130)


def _holds(config: MotionConfig, box: Box) -> bool:
    return Area(config).holds(box, 1000, 500)


def test_without_settings_it_is_everywhere() -> None:
    assert _holds(MotionConfig(), LEFT)
    assert _holds(MotionConfig(), RIGHT)


def test_a_region_keeps_what_is_within() -> None:
    assert _holds(MotionConfig(region=LEFT_HALF), LEFT)
    assert not _holds(MotionConfig(region=LEFT_HALF), RIGHT)


def test_a_mask_takes_away() -> None:
    assert not _holds(MotionConfig(masks=(LEFT_HALF,)), LEFT)
    assert _holds(MotionConfig(masks=(LEFT_HALF,)), RIGHT)
