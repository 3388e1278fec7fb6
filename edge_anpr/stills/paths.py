"""Which pictures a path means: one file, a folder's, or those a pattern finds."""

import glob
import os
import stat
from itertools import takewhile
from pathlib import Path

from edge_anpr.errors import PathEmpty
from edge_anpr.runtime.pictures import is_named_like_one


def expand(path: str, annotated: Path | None = None) -> list[str]:
    """The pictures a path leads to, sorted by name.

    annotated: folder of the annotated copies, which a folder or a pattern that happens
    to hold it does not mean.

    A file is taken whatever its name. Folders are searched with all that is in them,
    for files named like pictures; one that may not be looked into stands for what it
    holds, and whoever reads it is told why. A pipe or a device in a folder is none.
    Raises PathEmpty when there is no picture; its message continues the path.
    """
    if not path:  # Path would take it for the current folder
        raise PathEmpty("is no path; is the variable of your shell set?")
    if not os.path.lexists(path):
        if path == "-":
            raise PathEmpty("is no path; give /dev/stdin for standard input.")
        if "://" in path:
            raise PathEmpty("is an address; save the picture, and give its path.")
    if _is_folder(path):
        pictures, fault = (
            _in_folder(path),
            "holds no pictures; give a folder that does.",
        )
    elif glob.has_magic(path) and not os.path.exists(path):  # noqa: PTH110 as below
        pictures, fault = (
            _matching(path),
            "matches no picture; check the pattern, and your rights to the folder.",
        )
    else:
        return [path]
    if annotated and not _lies_in(_searched(path), annotated):
        pictures = [each for each in pictures if not _lies_in(each, annotated)]
    if not pictures:
        raise PathEmpty(fault)
    return pictures


def _searched(path: str) -> str:
    """A folder, or that which a pattern begins with."""
    start = takewhile(lambda part: not glob.has_magic(part), Path(path).parts)
    return path if _is_folder(path) else str(Path(*start))


def _lies_in(path: str, folder: Path) -> bool:
    # Path.resolve raises at a link that leads to itself.
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))


def _is_folder(path: str) -> bool:
    # Path.is_dir raises where there is no right to look, or the name is too long.
    return os.path.isdir(path)  # noqa: PTH112


def _in_folder(folder: str) -> list[str]:
    found: list[str] = []

    def closed(error: OSError) -> None:
        found.append(str(error.filename))

    for place, _, names in os.walk(folder, onerror=closed):
        start = place if place.endswith("/") else place + "/"
        named = (start + name for name in names if is_named_like_one(name))
        found += [path for path in named if not _never_ends(path)]
    return sorted(found, key=Path)


def _never_ends(path: str) -> bool:
    """Whether it is no file, but what waits for someone to write."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 keeps names that are not text
    except OSError:  # whoever reads it is told why
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


def _matching(pattern: str) -> list[str]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 keeps "./"
    if "**" in pattern:  # the folders' own files are among those found
        return [path for path in found if not _is_folder(path)]
    return [
        picture
        for path in found
        for picture in (_in_folder(path) if _is_folder(path) else [path])
    ]
