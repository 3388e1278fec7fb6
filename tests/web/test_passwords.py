"""Passwords are hashed in a file of their own."""

import errno
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from edge_anpr.errors import ConfigError
from edge_anpr.web.passwords import (
    is_any_set,
    is_right,
    set_password,
    stamp,
    useless_lines,
)

GOOD, OTHER = "three old ladders", "four new ladders"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "page-passwords"
    set_password(file, "anna", GOOD)
    return file


def test_only_the_right_password_fits(file: Path) -> None:
    assert is_right(file, "anna", GOOD)
    assert not is_right(file, "anna", OTHER)
    assert not is_right(file, "anna", "")
    assert not is_right(file, "berta", GOOD)


@given(st.text(st.characters(codec=None), min_size=1, max_size=300))
@example("\ud800" + GOOD)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_typed_is_right_or_wrong(file: Path, typed: str) -> None:
    assert is_right(file, "anna", typed) == (typed == GOOD)


def test_the_file_holds_no_password_and_is_for_its_owner(file: Path) -> None:
    assert GOOD not in file.read_text()
    assert ":scrypt:" in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_second_name_leaves_the_first(file: Path) -> None:
    set_password(file, "berta", OTHER)
    assert is_right(file, "anna", GOOD)
    assert is_right(file, "berta", OTHER)


def test_a_changed_password_can_be_told(file: Path) -> None:
    before = stamp(file, "anna")
    set_password(file, "anna", GOOD)
    assert stamp(file, "anna") not in {before, ""}
    assert stamp(file, "berta") == ""


def test_without_a_file_nobody_may_log_in(tmp_path: Path) -> None:
    assert not is_any_set(tmp_path / "none")
    assert not is_right(tmp_path / "none", "anna", GOOD)


def _spoilt(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text().replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("scrypt", "bcrypt"),
        ("scrypt:32768:8:1", "pbkdf2:md6:1"),
        ("scrypt:32768:8:1", "pbkdf2:sha256:many"),
        (":32768:8", ""),
        (":32768:8", ":32768"),
        (":32768:", ":32767:"),
        (":32768:", ":1073741824:"),
        (":8:1", ":0:0"),
        ("$", ":"),
        ("anna:", ""),
        ("anna:", "# anna:"),
    ],
)
def test_an_edited_line_lets_nobody_in_and_harms_no_other(
    old: str, new: str, file: Path
) -> None:
    _spoilt(file, old, new)
    assert not is_right(file, "anna", GOOD)
    assert stamp(file, "anna") == ""
    set_password(file, "berta", OTHER)
    assert is_right(file, "berta", OTHER)


@given(st.text(st.characters(codec="utf-8"), max_size=60))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_file_says_a_password_is_right_or_wrong(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "file").write_text(f"anna:{text}", encoding="utf-8")
    assert not is_right(tmp_path / "file", "anna", GOOD)


def test_lines_that_let_nobody_in_are_known_and_can_be_mended(file: Path) -> None:
    assert useless_lines(file) == []
    _spoilt(file, "anna:scrypt", "\n# of ours\nanna:bcrypt")
    assert useless_lines(file) == [2, 3]
    assert not is_any_set(file)
    set_password(file, "anna", GOOD)
    assert is_right(file, "anna", GOOD)
    assert useless_lines(file) == [1]


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_poor_password_is_named(password: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="10 to 200 characters"):
        set_password(tmp_path / "file", "anna", password)


@pytest.mark.parametrize(
    "name", ["", "a:b", "a\nb", "x" * 41, " ", "anna ", " anna", "\udcff"]
)
def test_a_name_that_nobody_could_log_in_with_is_refused(
    name: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="cannot be a name"):
        set_password(tmp_path / "file", name, GOOD)


def test_a_password_that_is_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="UTF-8"):
        set_password(tmp_path / "file", "anna", "\udcff" * 12)


def test_names_that_are_set_at_once_are_all_kept(tmp_path: Path) -> None:
    names = [f"guard {number}" for number in range(6)]
    with ThreadPoolExecutor(len(names)) as all_at_once:
        for name in names:
            all_at_once.submit(set_password, tmp_path / "file", name, GOOD)
    assert all(stamp(tmp_path / "file", name) for name in names)


@pytest.mark.parametrize(
    ("trouble", "remedy"),
    [
        (errno.ENOSPC, "make room on the disk"),
        (errno.EDQUOT, "make room on the disk"),
        (errno.EIO, "let edge-anpr write there"),
    ],
)
def test_a_disk_that_takes_nothing_is_named_and_nothing_is_lost(
    trouble: int, remedy: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: int) -> None:
        raise OSError(trouble, os.strerror(trouble))

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(ConfigError, match=remedy):
        set_password(file, "berta", OTHER)
    assert is_right(file, "anna", GOOD)
    assert [each.name for each in file.parent.iterdir()] == [file.name]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"create its folder"):
        set_password(tmp_path / "none" / "file", "anna", GOOD)
