"""A small disk of its own, to fill and to make read-only, and a card that dies."""

import errno
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

CARD_BYTES = 24_000_000


class Card:
    """A card with ext4, as the boards have; one that ends as cards do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "card"
        self._image = folder / "card.img"
        self._device = ""

    def insert(self) -> None:
        """Skip the test where that cannot be."""
        self.folder.mkdir()
        self._image.touch()
        os.truncate(self._image, CARD_BYTES)
        with _or_skipped():
            _run("mkfs.ext4", "-q", "-F", str(self._image))
            self._device = _run("losetup", "--find", "--show", str(self._image))
            _run("mount", "-o", "errors=remount-ro", self._device, str(self.folder))

    def remove(self) -> None:
        for command in (
            ("umount", "--lazy", str(self.folder)),
            ("losetup", "-d", self._device),
        ):
            subprocess.run(command, check=False, capture_output=True)

    def turn_read_only(self) -> None:
        """As by an error that the file system finds."""
        name = Path(self._device).name
        Path(f"/sys/fs/ext4/{name}/trigger_fs_error").write_text("a test")

    def die(self) -> None:
        """Nothing can be read any more, but for what the system still remembers."""
        os.sync()
        os.truncate(self._image, 0)
        Path("/proc/sys/vm/drop_caches").write_text("3")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 12 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    with _or_skipped():
        _run("mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S607


@pytest.fixture
def card(tmp_path: Path) -> Iterator[Card]:
    """A card of its own."""
    card = Card(tmp_path)
    try:
        card.insert()
        yield card
    finally:
        card.remove()


def make_read_only(disk: Path) -> None:
    """As the kernel does with a card that fails."""
    _run("mount", "-o", "remount,ro", str(disk))


def fill(disk: Path) -> None:
    """As others do, until there is no room for another page."""
    with (disk / "others").open("ab", buffering=0) as file:
        try:
            while file.write(b"\0" * 4096):
                pass
        except OSError:
            return


def fail_to_tell(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the system fail to say anything about the file."""
    usual = os.stat

    def stat(path: Any, **settings: Any) -> os.stat_result:
        if path == file or path == str(file):
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return usual(path, **settings)

    monkeypatch.setattr("os.stat", stat)


@contextmanager
def _or_skipped() -> Iterator[None]:
    """To set a disk up; one that is there and cannot be spoilt is a failure."""
    try:
        yield
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("mounting a disk needs root, and a card its tools")


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()
