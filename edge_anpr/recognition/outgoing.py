"""A stored crop as it may leave the device: small, and nothing but its pixels."""

import cv2
import numpy as np

from edge_anpr.errors import PictureUnreadable

MOST_WIDTH_PX = 640
MOST_HEIGHT_PX = 480  # a plate of two lines is about square
JPEG_QUALITY = 92


def outgoing(jpeg: bytes) -> bytes:
    """Made anew, so that no metadata is left; raise PictureUnreadable."""
    try:
        pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    except cv2.error:  # as for no bytes at all
        pixels = None
    if pixels is None:
        raise PictureUnreadable("the stored crop is not a picture.")
    height, width = pixels.shape[:2]
    scale = min(MOST_WIDTH_PX / width, MOST_HEIGHT_PX / height, 1.0)
    if scale < 1:
        size = (max(int(width * scale), 1), max(int(height * scale), 1))
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    _, made = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    return made.tobytes()
