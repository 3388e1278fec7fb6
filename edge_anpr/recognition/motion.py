"""See cheaply whether anything moves, so that still scenes cost next to nothing."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_anpr.config.camera import MotionConfig, Polygon
from edge_anpr.records import Box, Frame, Pixels

WIDTH_PX = 160  # wide enough for any vehicle whose plate can be read
STILL_S = 3.0  # the background follows what does not move within this
NOISE_S = 10.0  # and its noise within this
FLICKER_S = 0.19  # between two pictures: at 30 a second a branch has hardly moved
RESTLESS = 0.6  # of the time something moves here: leaves, or what has parked
LONGEST_STEP_S = 1.0  # between two frames; what was there in a gap nobody knows
OUTLIER_TIMES = 1.5  # of its noise: no single flicker counts for more
LEAST_OUTLIER = 1.0  # grey levels, or noise could never grow from nothing
NOISE_TIMES = 4.0  # of its noise a pixel must change to count
MOST_NOISY = 60.0  # grey levels: a vehicle is seen even before the wildest tree
MOST_LIGHT = 2.0  # times brighter or darker from one frame to the next
DARK = 8.0  # grey levels below which a ratio of two says nothing
SPARSE = 4  # every so many pixels, each way, are enough to judge the light
REACH = np.ones((5, 5), np.uint8)  # pieces this close are one

Levels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Motion:
    """What moves in one frame."""

    boxes: tuple[Box, ...]  # in pixels of the frame, largest first
    is_recent: bool  # something moves, or did a moment ago: worth a look

    @property
    def is_still(self) -> bool:
        return not self.boxes


class MotionGate:
    """Compare each frame with a background that follows the scene slowly.

    Light that changes everywhere (a cloud, automatic exposure) is taken out first. A
    pixel that flickers all the time (rain, leaves, noise of the camera) must change by
    more than it usually does. Traffic is no noise, or a busy minute would hide the pale
    vehicle after it, and leaves no trace in the background: where something moves, only
    what hardly ever rests is learnt, leaves in the wind as noise and what has parked as
    background, within parked_s. What does not move is learnt much sooner.
    """

    def __init__(self, config: MotionConfig) -> None:
        self._config = config
        self._scene: _Scene | None = None
        self._moved_s = -math.inf
        self._has_gap = False

    def has_missed_frames(self) -> None:
        """The next one counts as moving all over, too."""
        self._has_gap = True

    def look(self, frame: Frame) -> Motion:
        """Frames come in order of time. The first one moves all over: who knows."""
        height, width = frame.pixels.shape[:2]
        if not self._config.enabled:
            return Motion((Box(0, 0, width, height),), is_recent=True)
        grey = small_grey(frame)
        if self._scene is None or not self._scene.suits(grey):
            self._scene = _Scene(grey, frame.taken_s, self._config)
            boxes: tuple[Box, ...] = (Box(0, 0, width, height),)
        else:
            boxes = self._boxes(self._scene.moving(grey, frame.taken_s), frame)
        if self._has_gap:
            boxes, self._has_gap = (Box(0, 0, width, height),), False
        if boxes:
            self._moved_s = frame.taken_s
        return Motion(boxes, frame.taken_s - self._moved_s <= self._config.hold_s)

    def _boxes(self, moving: Pixels, frame: Frame) -> tuple[Box, ...]:
        """The pieces that are large enough."""
        if not moving.any():
            return ()
        height, width = frame.pixels.shape[:2]
        across, along = width / moving.shape[1], height / moving.shape[0]
        count, labels, stats, _ = cv2.connectedComponentsWithStats(
            cv2.dilate(moving, REACH)
        )
        areas = np.bincount(labels[moving > 0], minlength=count)
        large = np.flatnonzero(areas >= self._config.min_area * moving.size)
        return tuple(
            Box(
                stats[i, cv2.CC_STAT_LEFT] * across,
                stats[i, cv2.CC_STAT_TOP] * along,
                (stats[i, cv2.CC_STAT_LEFT] + stats[i, cv2.CC_STAT_WIDTH]) * across,
                (stats[i, cv2.CC_STAT_TOP] + stats[i, cv2.CC_STAT_HEIGHT]) * along,
            ).clipped(width, height)
            for i in sorted(large, key=lambda i: -areas[i])
        )


class _Scene:
    """The background, how much each of its pixels flickers, and where motion counts."""

    def __init__(self, grey: Pixels, taken_s: float, config: MotionConfig) -> None:
        self._config = config
        self._background: Levels = grey.astype(np.float32)
        self._noise: Levels = np.zeros_like(self._background)
        self._residue: Levels = np.zeros_like(self._background)
        self._near: Pixels = np.zeros_like(grey)  # 1 where something moved since then
        # The share of the time in which something moves. What is there from the first
        # frame on may have stood for long: just above, until nothing moves there.
        self._moves: Levels = np.full(grey.shape, 1.05 * RESTLESS, np.float32)
        self._counts = _where_it_counts(config, grey.shape[1], grey.shape[0])
        self._taken_s = self._residue_s = taken_s
        self._frames = self._flickers = 1

    def suits(self, grey: Pixels) -> bool:
        return grey.shape == self._background.shape

    def moving(self, grey: Pixels, taken_s: float) -> Pixels:
        """1 where something moves, 0 elsewhere; learns from the picture, too."""
        now: Levels = grey.astype(np.float32)
        self._follow_light(now)
        residue: Levels = now - self._background
        limit = np.clip(NOISE_TIMES * self._noise, self._config.threshold, MOST_NOISY)
        changed: Pixels = (np.abs(residue) > limit).astype(np.uint8) & self._counts
        # A pixel without neighbours is rain or noise; a gap in a vehicle is filled.
        moving: Pixels = cv2.medianBlur(changed, 3).astype(np.uint8, copy=False)
        self._learn(now, residue, moving, taken_s)
        self._taken_s = taken_s
        return moving

    def _follow_light(self, now: Levels) -> None:
        """Make the background as bright as the picture, by what most pixels say."""
        sparse = np.s_[::SPARSE, ::SPARSE]
        ratios = (now[sparse] + DARK) / (self._background[sparse] + DARK)
        middle = ratios.size // 2
        median = float(np.partition(ratios, middle, axis=None)[middle])
        light = min(max(median, 1 / MOST_LIGHT), MOST_LIGHT)
        self._background = (self._background + DARK) * light - DARK

    def _learn(self, now: Levels, residue: Levels, moving: Pixels, at_s: float) -> None:
        passed_s = _step_s(self._taken_s, at_s)
        # At first the mean of what there was, or noise would take long to be known.
        self._frames += 1
        known = 1 / self._frames
        # The rim of what moves belongs to it and must not leak into the background.
        near: Pixels = cv2.dilate(moving, REACH).astype(np.uint8, copy=False)
        self._near |= near
        cv2.accumulateWeighted(
            near, self._moves, _share(passed_s, self._config.parked_s / 2)
        )
        restless = (self._moves > RESTLESS).astype(np.uint8)
        if at_s - self._residue_s >= FLICKER_S:
            self._learn_noise(residue, restless, _step_s(self._residue_s, at_s))
            self._residue, self._residue_s, self._near = residue, at_s, near
        still_share = max(known, _share(passed_s, STILL_S))
        cv2.accumulateWeighted(now, self._background, still_share, mask=1 - near)
        # In the last half of that time, of which a strong difference needs all.
        parked_share = max(known, _share(passed_s, self._config.parked_s / 4))
        cv2.accumulateWeighted(
            now, self._background, parked_share, mask=near & restless
        )

    def _learn_noise(self, residue: Levels, restless: Pixels, passed_s: float) -> None:
        self._flickers += 1
        share = max(1 / self._flickers, _share(passed_s, NOISE_S))
        flicker = cv2.absdiff(residue, self._residue)
        cv2.accumulateWeighted(flicker, self._noise, share, mask=restless)
        # What is hardly seen of a vehicle must count for little, too.
        little = np.minimum(flicker, OUTLIER_TIMES * self._noise + LEAST_OUTLIER)
        calm = 1 - (self._near | restless)
        cv2.accumulateWeighted(little, self._noise, share, mask=calm)


def small_grey(frame: Frame) -> Pixels:
    """The frame in grey, at most WIDTH_PX wide."""
    grey = frame.small
    if grey is None:
        # Fewer pixels first: to average all of them costs more than the rest.
        fewer = _no_wider(frame.pixels, 2 * WIDTH_PX, cv2.INTER_NEAREST)
        grey = cv2.cvtColor(fewer, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    return _no_wider(grey, WIDTH_PX, cv2.INTER_AREA)


def _no_wider(pixels: Pixels, most_px: int, how: int) -> Pixels:
    height, width = pixels.shape[:2]
    if width <= most_px:
        return pixels
    size = (most_px, max(round(height * most_px / width), 1))
    return cv2.resize(pixels, size, interpolation=how).astype(np.uint8, copy=False)


def _step_s(before_s: float, now_s: float) -> float:
    return min(max(now_s - before_s, 0.0), LONGEST_STEP_S)


def _share(passed_s: float, time_s: float) -> float:
    """How much of a difference is learnt in that much of the time."""
    return 1 - math.exp(-passed_s / time_s)


def _where_it_counts(config: MotionConfig, width: int, height: int) -> Pixels:
    """1 within the region and outside the masks."""
    counts = np.ones((height, width), np.uint8)
    if config.region is not None:
        counts[:] = 0
        cv2.fillPoly(counts, [_corners(config.region, width, height)], 1)
    for mask in config.masks:
        cv2.fillPoly(counts, [_corners(mask, width, height)], 0)
    return counts


def _corners(polygon: Polygon, width: int, height: int) -> NDArray[np.int32]:
    return np.array([(x * width, y * height) for x, y in polygon]).astype(np.int32)
