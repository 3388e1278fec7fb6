"""Hold back some disk space, to have room for tidying up when the disk is full."""

import os
from pathlib import Path


class Ballast:
    """A file that takes space and holds nothing.

    On a full disk SQLite cannot even delete: its log has to grow first.
    """

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._path = path
        self._size_bytes = size_bytes

    @property
    def is_held(self) -> bool:
        try:
            return self._path.stat().st_size == self._size_bytes
        except FileNotFoundError:
            return False

    def hold(self) -> None:
        """Take the space, unless the disk has none to spare."""
        if self.is_held:
            return
        try:
            with self._path.open("wb") as file:
                # Reserves the blocks and, on most file systems, writes none.
                os.posix_fallocate(file.fileno(), 0, self._size_bytes)
        except OSError:
            self.release()

    def release(self) -> None:
        """Give the space back; on a read-only disk it stays."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return
