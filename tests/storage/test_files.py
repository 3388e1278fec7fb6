"""Files come and go while they are counted."""

from pathlib import Path, PosixPath

from edge_anpr.storage.files import size_bytes


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
