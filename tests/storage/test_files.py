"""Files come and go while they are counted."""

from pathlib import Path, PosixPath

import pytest

from edge_anpr.errors import StorageFailed
from edge_anpr.storage.files import remove, size_bytes


class Fleeting(PosixPath):
    """Was there when it was looked for, and is no more."""

    def exists(self, *, follow_symlinks: bool = True) -> bool:
        return follow_symlinks


def test_a_file_that_another_thread_has_just_erased_takes_no_space(
    tmp_path: Path,
) -> None:
    (tmp_path / "sightings.db").write_bytes(b"\0" * 7)
    ballast = Fleeting(tmp_path / "sightings.db.ballast")
    assert size_bytes([tmp_path / "sightings.db", ballast]) == 7


def test_a_file_that_another_thread_has_just_erased_need_not_be_removed(
    tmp_path: Path,
) -> None:
    file = tmp_path / "sightings.db.damaged-20250301T120000Z-1"
    file.touch()
    remove(file)
    remove(file)
    assert not file.exists()


def test_a_file_that_cannot_be_removed_is_a_fault_of_storage(tmp_path: Path) -> None:
    with pytest.raises(StorageFailed, match="cannot be removed"):
        remove(tmp_path)  # a folder
    remove(tmp_path, before_s=0)  # it is newer
