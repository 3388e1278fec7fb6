"""A folder has one service at most, however the one before has ended."""

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from edge_anpr.errors import FolderInUse
from edge_anpr.storage.locking import FILE_NAME, PATIENCE_S, FolderLock, is_in_use
from tests.programs import ROOT
from tests.storage.disk import fill, make_read_only

HOLDER = """
import subprocess, sys, threading
from pathlib import Path
from edge_anpr.storage.locking import FolderLock
FolderLock(Path(sys.argv[1])).hold(threading.Event().wait)
child = subprocess.Popen(["sleep", "60"], close_fds=False, stdout=subprocess.DEVNULL)
print(child.pid, flush=True)
threading.Event().wait()
"""


def _held(folder: Path) -> FolderLock:
    """At once or not at all."""
    lock, times_s = FolderLock(folder), count(0.0, PATIENCE_S)
    lock.hold(lambda _: None, lambda: next(times_s))
    return lock


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the folder, and has a child that outlives it."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        child = int(process.stdout.readline())
        yield process
        process.kill()
        os.kill(child, 9)


def test_a_second_one_is_told_the_folder_the_process_and_the_way_out(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    with pytest.raises(FolderInUse) as told:
        _held(tmp_path)
    assert str(told.value) == (
        f"{tmp_path}: another edge-anpr (process {holder.pid}) keeps its sightings "
        "here; stop that one, or give this one a storage.folder of its own."
    )
    assert is_in_use(tmp_path)


def test_kill_9_gives_it_back_though_a_child_lives_on(
    tmp_path: Path, holder: subprocess.Popen[str]
) -> None:
    holder.kill()
    holder.wait()
    _held(tmp_path).release()


def test_one_that_is_just_ending_is_waited_for(tmp_path: Path) -> None:
    before, lock = _held(tmp_path), FolderLock(tmp_path)
    lock.hold(lambda _: before.release(), lambda: 0.0)
    with pytest.raises(FolderInUse):
        _held(tmp_path)
    lock.release()


def test_released_it_is_free_and_the_file_stays(tmp_path: Path) -> None:
    _held(tmp_path).release()
    assert not is_in_use(tmp_path)
    assert (tmp_path / FILE_NAME).stat().st_mode & 0o777 == 0o600
    _held(tmp_path).release()


def test_whose_it_is_may_be_unknown(tmp_path: Path) -> None:
    lock = _held(tmp_path)
    (tmp_path / FILE_NAME).write_text("")
    with pytest.raises(FolderInUse, match="another edge-anpr keeps"):
        _held(tmp_path)
    lock.release()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_begun_by_root_it_shuts_out_no_service(tmp_path: Path) -> None:
    os.chown(tmp_path, 4711, 4712)
    _held(tmp_path).release()
    file = (tmp_path / FILE_NAME).stat()
    assert (file.st_uid, file.st_gid) == (4711, 4712)


def test_where_the_file_leads_elsewhere_nothing_is_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = tmp_path / "of somebody else"
    other.write_text("and worth keeping")
    (tmp_path / FILE_NAME).symlink_to(other)
    _held(tmp_path).release()
    assert other.read_text() == "and worth keeping"
    assert "nothing keeps a second service from this folder" in caplog.text


def test_whoever_may_only_read_there_is_told_too(
    tmp_path: Path,
    holder: subprocess.Popen[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = os.open

    def only_to_read(path: Path, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_RDWR:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", only_to_read)
    with pytest.raises(FolderInUse, match=str(holder.pid)):
        _held(tmp_path)


@pytest.mark.parametrize("spoil", [make_read_only, fill])
def test_a_disk_that_cannot_be_written_keeps_nobody_from_a_start(
    disk: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(disk)
    _held(disk).release()


@pytest.mark.parametrize("code", [errno.ENOLCK, errno.EOPNOTSUPP, errno.EIO])
def test_without_locks_the_service_goes_on_and_says_so(
    tmp_path: Path,
    code: int,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def has_none(_file: int, _how: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr("fcntl.flock", has_none)
    _held(tmp_path).release()
    (said,) = caplog.messages
    assert said == (
        f"{tmp_path}: nothing keeps a second service from this folder "
        f"({os.strerror(code)})"
    )
    assert not is_in_use(tmp_path)


def test_a_folder_that_is_missing_is_for_others_to_name(tmp_path: Path) -> None:
    _held(tmp_path / "gone").release()
