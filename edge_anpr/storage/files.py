"""The files that lie around the database."""

import math
from pathlib import Path

from edge_anpr.errors import StorageFailed


def condemn(path: Path) -> None:
    """Have the next start set the database aside, even if its check finds no fault."""
    try:
        condemnation(path).touch()
    except OSError:
        return  # no disk to write to; the check may find it yet


def condemnation(path: Path) -> Path:
    """The file that says that the database was found damaged in use."""
    return path.with_name(f"{path.name}.condemned")


def set_aside_files(path: Path) -> list[Path]:
    """The damaged databases, oldest first, each with its log."""
    return sorted(path.parent.glob(f"{path.name}.damaged-*"))


def remove(file: Path, before_s: float = math.inf) -> None:
    """If it was last changed before then (seconds since 1970); raise StorageFailed."""
    try:
        if file.stat().st_mtime < before_s:
            file.unlink()
    except FileNotFoundError:
        return  # another thread was quicker
    except OSError as error:
        raise StorageFailed(
            f"{file}: cannot be removed ({error.strerror}); remove it by hand."
        ) from error


def size_bytes(files: list[Path]) -> int:
    return sum(map(_size_bytes, files))


def all_files(path: Path) -> list[Path]:
    """The database, its log, its ballast and the damaged ones."""
    return sorted(path.parent.glob(f"{path.name}*"))


def _size_bytes(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # another thread has just erased it
        return 0
