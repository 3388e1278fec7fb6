"""Which pictures a path means: one file, a folder's, or those a pattern finds."""

import glob
from pathlib import Path

from edge_anpr.errors import PathEmpty

READABLE = {".jpg", ".jpeg", ".jpe", ".png", ".webp", ".bmp", ".tif", ".tiff"}
UNREADABLE = {".heic", ".heif", ".avif"}  # whose owner should hear of it


def expand(path: str) -> list[str]:
    """The pictures a path leads to, sorted by name.

    A file is taken whatever its name. Folders are searched with all that is in them,
    for files named like pictures. Raises PathEmpty when there is none; its message
    continues the path.
    """
    if Path(path).is_dir():
        pictures, fault = (
            _in_folder(path),
            "holds no pictures; give a folder that does.",
        )
    elif glob.has_magic(path) and not Path(path).exists():
        pictures, fault = _matching(path), "matches no picture; check the pattern."
    else:
        return [path]
    if not pictures:
        raise PathEmpty(fault)
    return pictures


def _in_folder(folder: str) -> list[str]:
    names = sorted(
        file.relative_to(folder)
        for file in Path(folder).rglob("*")
        if file.suffix.lower() in READABLE | UNREADABLE and not file.is_dir()
    )
    start = folder if folder.endswith("/") else folder + "/"
    return [f"{start}{name}" for name in names]


def _matching(pattern: str) -> list[str]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 keeps "./"
    if "**" in pattern:  # the folders' own files are among those found
        return [path for path in found if not Path(path).is_dir()]
    return [
        picture
        for path in found
        for picture in (_in_folder(path) if Path(path).is_dir() else [path])
    ]
