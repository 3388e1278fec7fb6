"""All work on pixels between a picture and a model's input."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from edge_anpr.records import Box, Pixels, Point, Quad

PADDING = 114  # grey level beside a picture that does not fill the input
MOST_ENLARGED = 2.0  # beyond this, enlarging a picture only blurs it
MOST_DETAIL = 8  # times the input's size that a turned plate is rectified at

# Pictures are small and models come between them: a pool of threads costs memory.
cv2.setNumThreads(1)


@dataclass(frozen=True, slots=True, eq=False)
class Letterboxed:
    """A picture fitted into a model's input, and the way back."""

    pixels: Pixels
    scale_x: float  # input pixels per picture pixel
    scale_y: float
    left: int  # padding, in input pixels
    top: int

    def point_back(self, point: Point) -> Point:
        """From a place in the input to the place in the picture."""
        return Point(
            (point.x - self.left) / self.scale_x, (point.y - self.top) / self.scale_y
        )

    def box_back(self, box: Box) -> Box:
        """From a box in the input to the box in the picture."""
        first = self.point_back(Point(box.x1, box.y1))
        last = self.point_back(Point(box.x2, box.y2))
        return Box(first.x, first.y, last.x, last.y)


def fitting_scale(pixels: Pixels, width: int, height: int) -> float:
    """Pixels of width x height to a pixel of a picture that is fitted into it."""
    picture_height, picture_width = pixels.shape[:2]
    return float(min(width / picture_width, height / picture_height, MOST_ENLARGED))


def letterbox(pixels: Pixels, width: int, height: int) -> Letterboxed:
    """Fit a BGR picture of any size into width x height, centred on grey."""
    picture_height, picture_width = pixels.shape[:2]
    scale = fitting_scale(pixels, width, height)
    fitted_width = max(round(picture_width * scale), 1)
    fitted_height = max(round(picture_height * scale), 1)
    left, top = (width - fitted_width) // 2, (height - fitted_height) // 2
    canvas = np.full((height, width, 3), PADDING, np.uint8)
    _resize_quickly(
        pixels, canvas[top : top + fitted_height, left : left + fitted_width]
    )
    return Letterboxed(
        canvas, fitted_width / picture_width, fitted_height / picture_height, left, top
    )


def cut_box(pixels: Pixels, box: Box, width: int, height: int) -> Pixels:
    """Stretch a box of a BGR picture to (height, width, 1) grey.

    Where the box leaves the picture, the picture's outermost pixels are repeated.
    """
    picture_height, picture_width = pixels.shape[:2]
    x1, y1 = round(box.x1), round(box.y1)
    x2, y2 = max(round(box.x2), x1 + 1), max(round(box.y2), y1 + 1)
    left, right = _within(x1, x2, picture_width)
    top, bottom = _within(y1, y2, picture_height)
    grey = cv2.cvtColor(pixels[top:bottom, left:right], cv2.COLOR_BGR2GRAY)
    if (left, top, right, bottom) != (x1, y1, x2, y2):
        columns = np.clip(np.arange(x1, x2), left, right - 1) - left
        rows = np.clip(np.arange(y1, y2), top, bottom - 1) - top
        grey = grey[np.ix_(rows, columns)]
    return _resized(_as_pixels(grey), width, height)[..., np.newaxis]


def cut_quad(
    pixels: Pixels, quad: Quad, margin: tuple[float, float], width: int, height: int
) -> Pixels:
    """Rectify a turned plate to (height, width, 1) grey.

    margin: fractions of the plate's width and height kept on each side of it.
    """
    upper, right, lower, left = _sides(quad)
    # Rectify at the plate's own size and shrink after: a warp alone drops pixels.
    needed = max(upper / width, lower / width, right / height, left / height, 1)
    detail = min(math.ceil(needed), MOST_DETAIL)
    size = width * detail, height * detail
    to_picture = _from_rectified(quad, margin, size)
    # One channel is warped in a third of the time, and only what lies under the plate
    # has to be made grey for that.
    corner, under = _under(pixels, to_picture, size)
    to_picture[:2] -= np.outer(corner, to_picture[2])
    grey = _as_pixels(cv2.cvtColor(under, cv2.COLOR_BGR2GRAY))
    rectified = _warped(grey, to_picture, size)
    return _resized(rectified, width, height)[..., np.newaxis]


def straightened(pixels: Pixels, quad: Quad, margin: tuple[float, float]) -> Pixels:
    """Rectify a turned plate at its own size, in colour; margin as in cut_quad."""
    upper, right, lower, left = _sides(quad)
    width = max(round(max(upper, lower) * (1 + 2 * margin[0])), 1)
    height = max(round(max(right, left) * (1 + 2 * margin[1])), 1)
    size = width, height
    return _warped(pixels, _from_rectified(quad, margin, size), size)


def _sides(quad: Quad) -> list[float]:
    """Lengths: upper, right, lower, left."""
    points = [(point.x, point.y) for point in quad.points]
    ends = [*points[1:], points[0]]
    return [math.dist(*each) for each in zip(points, ends, strict=True)]


def _from_rectified(
    quad: Quad, margin: tuple[float, float], size: tuple[int, int]
) -> NDArray[np.float64]:
    """The 3×3 matrix from a rectified plate of this width and height to the picture."""
    (width, height), (across, along) = size, margin
    left = width * across / (1 + 2 * across)
    top = height * along / (1 + 2 * along)
    right, bottom = width - left, height - top
    rectified = np.array(
        [(left, top), (right, top), (right, bottom), (left, bottom)], np.float32
    )
    corners = np.array([(point.x, point.y) for point in quad.points], np.float32)
    half = np.float32(0.5)  # OpenCV counts from the middle of the first pixel
    matrix = cv2.getPerspectiveTransform(rectified - half, corners - half)
    return np.asarray(matrix, np.float64)


def _under(
    pixels: Pixels, to_picture: NDArray[np.float64], size: tuple[int, int]
) -> tuple[tuple[int, int], Pixels]:
    """The part of the picture that a rectified plate shows, and its x and y there."""
    (width, height), (rows, columns) = size, pixels.shape[:2]
    ends = np.array([(0, 0, 1), (width, 0, 1), (width, height, 1), (0, height, 1)])
    x, y, depth = to_picture @ ends.T
    if depth.min() <= 0:  # so askew that the margin reaches the horizon
        return (0, 0), pixels
    x, y = x / depth, y / depth
    left, right = _within(math.floor(x.min()) - 1, math.ceil(x.max()) + 2, columns)
    top, bottom = _within(math.floor(y.min()) - 1, math.ceil(y.max()) + 2, rows)
    return (left, top), pixels[top:bottom, left:right]


def _warped(
    pixels: Pixels, to_picture: NDArray[np.float64], size: tuple[int, int]
) -> Pixels:
    return _as_pixels(
        cv2.warpPerspective(
            pixels,
            to_picture,
            size,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def local_maxima(heat: NDArray[np.float32]) -> NDArray[np.bool_]:
    """The cells of a (rows, columns) map that no neighbour exceeds."""
    highest = cv2.dilate(heat, np.ones((3, 3), np.uint8))
    return np.asarray(heat == highest)


def _within(first: int, end: int, size: int) -> tuple[int, int]:
    """The part of first..end that lies in 0..size; its nearest pixel if none does."""
    first = min(max(first, 0), size - 1)
    return first, min(max(end, first + 1), size)


def _resize_quickly(pixels: Pixels, into: Pixels) -> None:
    """Resize a whole frame: halve it while that is exact, then interpolate.

    Averaging by a broken factor costs several times as much and finds no more plates
    (held-out pictures, most under twice the input's size). The result goes to where it
    is wanted: one more array, asked for and given back every frame, may cost as much.
    """
    height, width = into.shape[:2]
    old_height, old_width = pixels.shape[:2]
    while (
        old_width >= 2 * width
        and old_height >= 2 * height
        and not (old_width % 2 or old_height % 2)
    ):
        old_width, old_height = old_width // 2, old_height // 2
        pixels = _as_pixels(
            cv2.resize(pixels, (old_width, old_height), interpolation=cv2.INTER_AREA)
        )
    if (old_width, old_height) == (width, height):
        into[:] = pixels
    elif old_width > 2 * width and old_height > 2 * height:
        into[:] = _resized(pixels, width, height)  # odd sides: slower, no aliasing
    else:
        cv2.resize(pixels, (width, height), dst=into, interpolation=cv2.INTER_LINEAR)


def _resized(pixels: Pixels, width: int, height: int) -> Pixels:
    """Resize each axis in the way that suits it: averaged down, interpolated up."""
    old_height, old_width = pixels.shape[:2]
    # OpenCV averages only when neither axis grows, so the shrinking one goes first.
    for size in (
        (min(width, old_width), min(height, old_height)),
        (width, height),
    ):
        if size != (pixels.shape[1], pixels.shape[0]):
            shrinks = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
            how = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            pixels = _as_pixels(cv2.resize(pixels, size, interpolation=how))
    return pixels


def _as_pixels(array: np.ndarray) -> Pixels:
    return array.astype(np.uint8, copy=False)
