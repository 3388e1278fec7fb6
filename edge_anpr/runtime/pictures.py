"""Which files are pictures by their names."""

from pathlib import Path

JPEG = {".jpg", ".jpeg", ".jpe", ".jfif"}
READABLE = JPEG | {".png", ".webp", ".bmp", ".tif", ".tiff"}
UNREADABLE = {".heic", ".heif", ".avif", ".gif"}  # whose owner should hear of it
BESIDE = "._"  # begins what a Mac lays beside every file on a stick


def is_named_like_one(name: str) -> bool:
    """name: of a file, without its folder; one that cannot be read may be meant."""
    suffix = Path(name).suffix.lower()
    return suffix in READABLE | UNREADABLE and not name.startswith(BESIDE)
