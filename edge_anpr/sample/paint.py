"""Paint smooth-edged shapes into a picture (HxWx3 uint8 BGR), in place."""

import cv2
import numpy as np
import numpy.typing as npt

Pixels = npt.NDArray[np.uint8]
Points = npt.NDArray[np.float64]  # Nx2 pixels
Tone = npt.NDArray[np.float64]  # blue, green, red, 0..255

FAR_PX = 30_000  # OpenCV's fixed-point coordinates end here


def tone(blue: float, green: float, red: float) -> Tone:
    return np.array([blue, green, red], np.float64)


def fixed(points: Points) -> npt.NDArray[np.int32]:
    """Sixteenths of a pixel, as OpenCV takes them with `shift=4`."""
    return np.round(np.clip(points, -FAR_PX, FAR_PX) * 16).astype(np.int32)


def fill(canvas: Pixels, outline: Points, colour: Tone) -> None:
    """Fill a polygon with one opaque colour."""
    paint = [float(value) for value in np.clip(colour, 0, 255)]
    cv2.fillPoly(canvas, [fixed(outline)], paint, cv2.LINE_AA, 4)


def line(canvas: Pixels, path: Points, colour: Tone, thick_px: float) -> None:
    """Draw an open line; one thinner than a pixel is drawn fainter instead."""
    share = min(1.0, thick_px)
    window = _window(canvas, path, thick_px + 2)
    if window is None:
        return
    part, origin = window
    mask = np.zeros(part.shape[:2], np.uint8)
    whole = max(1, round(thick_px))
    cv2.polylines(
        mask, [fixed(path - origin)], False, 255 * share, whole, cv2.LINE_AA, 4
    )
    _blend(part, mask, colour)


def shade(
    canvas: Pixels,
    outline: Points,
    colours: tuple[Tone, Tone],
    opacity: float = 1.0,
    blur_px: float = 0.0,
) -> None:
    """Fill a polygon with a colour that runs from its top to its bottom."""
    top, bottom = colours
    window = _window(canvas, outline, 3 * blur_px + 2)
    if window is None:
        return
    part, origin = window
    mask = np.zeros(part.shape[:2], np.uint8)
    shape = fixed(outline - origin)
    cv2.fillPoly(mask, [shape], 255 * opacity, cv2.LINE_AA, 4)
    if blur_px > 0.3:
        mask = soften(mask, blur_px)
    start, end = outline[:, 1].min() - origin[1], outline[:, 1].max() - origin[1]
    run = (np.arange(part.shape[0]) - start) / max(end - start, 1)
    run = np.clip(run, 0, 1)[:, None]
    rows = top * (1 - run) + bottom * run
    _blend(part, mask, rows[:, None])


def soften(pixels: Pixels, blur_px: float) -> Pixels:
    """Blur; a wide blur is worked out on a smaller picture, where it costs little."""
    height, width = pixels.shape[:2]
    shrink = min(int(blur_px / 2), height // 4, width // 4)
    if shrink < 2:
        return np.asarray(cv2.GaussianBlur(pixels, (0, 0), blur_px), np.uint8)
    size = (width // shrink, height // shrink)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), blur_px / shrink)
    return np.asarray(cv2.resize(small, (width, height)), np.uint8)


def oval(
    x: float, y: float, radius_x: float, radius_y: float, corners: int = 28
) -> Points:
    """An ellipse as a polygon."""
    turn = np.arange(corners) * (2 * np.pi / corners)
    return np.stack([x + radius_x * np.cos(turn), y + radius_y * np.sin(turn)], axis=1)


def dense(outline: Points, steps: int = 4) -> Points:
    """Put points between the corners of a closed polygon, of any dimension."""
    after = np.roll(outline, -1, axis=0)
    share = np.arange(steps)[None, :, None] / steps
    between = outline[:, None] * (1 - share) + after[:, None] * share
    points: Points = between.reshape(-1, outline.shape[1])
    return points


def rounded(outline: Points, rounds: int = 2) -> Points:
    """Cut the corners of a closed polygon (Chaikin), of any dimension."""
    for _ in range(rounds):
        after = np.roll(outline, -1, axis=0)
        cut = np.stack([outline * 0.8 + after * 0.2, outline * 0.2 + after * 0.8], 1)
        outline = cut.reshape(-1, outline.shape[1])
    return outline


def paste(canvas: Pixels, picture: Pixels, quad: Points) -> None:
    """Lay a picture on four corners, clockwise from its upper left, edges smooth.

    The corners are in pixels from the outer edge of the first pixel.
    """
    limit = np.array(canvas.shape[1::-1])
    start = np.clip(np.floor(quad.min(axis=0)) - 1, 0, limit).astype(int)
    end = np.clip(np.ceil(quad.max(axis=0)) + 1, 0, limit).astype(int)
    if (end - start < 2).any():
        return
    height, width = picture.shape[:2]
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)])
    onto = cv2.getPerspectiveTransform(
        (corners - 0.5).astype(np.float32), (quad - start - 0.5).astype(np.float32)
    )
    size = (int(end[0] - start[0]), int(end[1] - start[1]))
    laid = cv2.warpPerspective(
        picture, onto, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    mask = np.zeros(size[::-1], np.uint8)
    shape = fixed(quad - start - 0.5)
    cv2.fillPoly(mask, [shape], 255, cv2.LINE_AA, 4)
    part = canvas[start[1] : end[1], start[0] : end[0]]
    share = mask[..., None].astype(np.float32) / 255
    part[:] = (part + (laid - part.astype(np.float32)) * share).round().astype(np.uint8)


def clouds(
    rng: np.random.Generator, width: int, height: int, cells: int
) -> npt.NDArray[np.float32]:
    """Noise at every scale from `cells` across the picture down: HxW, about -1..1."""
    total = np.zeros((height, width), np.float32)
    strength = 0.5
    while cells < width / 2 and strength > 0.05:
        rows = max(2, round(cells * height / width))
        coarse = rng.uniform(-1, 1, (rows, cells)).astype(np.float32)
        grown = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
        total += np.asarray(grown, np.float32) * strength
        cells, strength = cells * 2, strength * 0.62
    return total


def _window(
    canvas: Pixels, outline: Points, margin_px: float
) -> tuple[Pixels, Points] | None:
    """The part of the canvas that a shape touches, and its upper left corner."""
    limit = np.array(canvas.shape[1::-1])
    start = np.clip(np.floor(outline.min(axis=0) - margin_px), 0, limit).astype(int)
    end = np.clip(np.ceil(outline.max(axis=0) + margin_px), 0, limit).astype(int)
    if (end <= start).any():
        return None
    part = canvas[start[1] : end[1], start[0] : end[0]]
    return part, start.astype(np.float64)


def _blend(part: Pixels, mask: Pixels, colour: npt.NDArray[np.float64]) -> None:
    over = np.empty_like(part)
    over[:] = np.clip(colour, 0, 255)
    share = mask.astype(np.float32) * np.float32(1 / 255)
    part[:] = cv2.blendLinear(over, np.ascontiguousarray(part), share, 1 - share)
