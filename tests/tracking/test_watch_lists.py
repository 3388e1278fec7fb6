"""A plate is found on the lists, with the reason, while files come and go."""

import logging
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_anpr.config.watchlist import WatchlistConfig, WatchListFile
from edge_anpr.records import ListKind
from edge_anpr.tracking.watch_list_file import Entry
from edge_anpr.tracking.watch_lists import Entries, WatchLists
from tests.open_files import none_to_spare

FILLED = (("deny.csv", "plate\nAB12CDE\n"), ("deny.yaml", "- AB12CDE\n"))


def _lists(*files: Path, max_cost: float = 0.3) -> WatchLists:
    lists = WatchLists(
        WatchlistConfig(
            lists=tuple(WatchListFile(file=file, max_cost=max_cost) for file in files)
        )
    )
    lists.refresh(0)
    return lists


def _why(lists: WatchLists, plate: str) -> str | None:
    match = lists.match(plate)
    return match.why if match else None


@pytest.fixture
def staff(tmp_path: Path) -> Path:
    path = tmp_path / "staff.csv"
    path.write_text("plate,name,kind\nAB12CDE,Ann,allow\nKX*,,watch\n1A?34,,deny\n")
    return path


@pytest.mark.parametrize(
    ("plate", "why"),
    [
        ("AB12CDE", "exact"),
        ("KX68FGH", "wildcard"),
        ("KX", "wildcard"),
        ("1AZ34", "wildcard"),
        ("1A34", None),
        ("AKX68", None),
        ("A812CDE", "similar: 8 read for B"),
        ("A8I2CDE", "similar: 8 read for B, I read for 1"),
        ("A8I2C0E", None),
        ("AB12CDW", None),
        ("WB12CDE", None),
        ("AB12CD", None),
    ],
)
def test_a_match_says_why(staff: Path, plate: str, why: str | None) -> None:
    assert _why(_lists(staff), plate) == why


def test_a_match_says_which_entry_of_which_list(staff: Path) -> None:
    match = _lists(staff).match("AB12CDE")
    assert match
    assert (match.kind, match.list_name) == (ListKind.ALLOW, "staff")
    assert (match.entry, match.name) == ("AB12CDE", "Ann")


@pytest.mark.parametrize(
    ("max_cost", "plate", "why"),
    [
        (0.0, "A812CDE", None),
        (0.0, "AB12CDE", "exact"),
        (1.0, "WB12CDE", "similar: W read for A"),
        (1.0, "WX12CDE", None),
    ],
)
def test_how_unlike_a_plate_may_be_is_set(
    staff: Path, max_cost: float, plate: str, why: str | None
) -> None:
    assert _why(_lists(staff, max_cost=max_cost), plate) == why


def test_the_closest_match_wins_and_deny_among_equals(tmp_path: Path) -> None:
    allow, deny = tmp_path / "allow.csv", tmp_path / "deny.csv"
    allow.write_text("plate,kind\nAB12CDE,allow\nOO11AAA,allow\nXY*,allow\n")
    deny.write_text("plate,kind\nA*,deny\nO011AAA,deny\nXYZ*,deny\n")
    lists = _lists(allow, deny)
    assert _why(lists, "AB12CDE") == "exact"
    match = lists.match("XYZ1")
    assert match
    assert match.kind is ListKind.DENY
    near = lists.match("0011AAA")
    assert near
    assert near.kind is ListKind.DENY


@pytest.mark.parametrize(("first", "other"), [("AAH", "AA9"), ("AA9", "AAH")])
def test_of_two_entries_as_close_the_first_wins(
    tmp_path: Path, first: str, other: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"plate\n{first}\n{other}\n")
    match = _lists(path, max_cost=1).match("AAL")
    assert match
    assert match.entry == first


def test_a_changed_file_is_read_again(staff: Path) -> None:
    lists = _lists(staff)
    staff.write_text("plate\nZZ99ZZZ\n")
    lists.refresh(1)
    assert _why(lists, "ZZ99ZZZ") is None  # not yet time to look
    lists.refresh(10)
    assert _why(lists, "ZZ99ZZZ") == "exact"
    assert _why(lists, "AB12CDE") is None


def test_a_replaced_file_of_the_same_size_is_read_again(staff: Path) -> None:
    lists = _lists(staff)
    new = staff.with_suffix(".new")
    new.write_text(staff.read_text().replace("AB12CDE", "ZZ99ZZZ"))
    new.rename(staff)
    lists.refresh(10)
    assert _why(lists, "ZZ99ZZZ") == "exact"


@pytest.mark.parametrize("broken", ["plate,kind\nZZ99ZZZ,alow\n", None])
def test_a_broken_file_keeps_the_list_and_says_so_once(
    staff: Path, broken: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    lists = _lists(staff)
    if broken:
        staff.write_text(broken)
    else:
        staff.unlink()
    with caplog.at_level(logging.ERROR):
        lists.refresh(10)
        lists.refresh(20)
    assert _why(lists, "AB12CDE") == "exact"
    (problem,) = lists.problems
    assert str(staff) in problem
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "stays as it was" in caplog.text


@pytest.mark.parametrize(("name", "content"), FILLED)
def test_a_file_that_a_pulled_plug_has_emptied_keeps_the_list(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    lists = _lists(path)
    path.write_bytes(b"")
    lists.refresh(10)
    assert _why(lists, "AB12CDE") == "exact"
    (problem,) = lists.problems
    assert f"{name}: there is nothing in this file" in problem


@pytest.mark.parametrize(("name", "content"), FILLED)
def test_a_list_is_emptied_by_a_comment(
    tmp_path: Path, name: str, content: str
) -> None:
    path = tmp_path / name
    path.write_text(content)
    lists = _lists(path)
    path.write_text("# nobody\n")
    lists.refresh(10)
    assert _why(lists, "AB12CDE") is None
    assert lists.problems == []


def test_a_file_that_could_not_be_read_once_is_read_again(
    staff: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with none_to_spare(), caplog.at_level(logging.ERROR):
        lists = _lists(staff)
        lists.refresh(10)
        assert len(lists.problems) == len(caplog.records) == 1
    lists.refresh(20)
    assert lists.problems == []
    assert _why(lists, "AB12CDE") == "exact"


def test_a_mended_file_is_used(staff: Path) -> None:
    lists = _lists(staff)
    staff.write_text("plate\n!\n")
    lists.refresh(10)
    staff.write_text("plate\nZZ99ZZZ\n")
    lists.refresh(20)
    assert lists.problems == []
    assert _why(lists, "ZZ99ZZZ") == "exact"


@pytest.mark.parametrize("is_there", [False, True])
def test_a_file_that_is_broken_from_the_start_is_an_empty_list(
    tmp_path: Path, is_there: bool
) -> None:
    path = tmp_path / "late.csv"
    if is_there:
        path.touch()
    lists = _lists(path)
    assert lists.match("AB12CDE") is None
    assert len(lists.problems) == 1
    path.write_text("plate\nAB12CDE\n")
    lists.refresh(10)
    assert _why(lists, "AB12CDE") == "exact"


def test_the_log_holds_no_plate(staff: Path, caplog: pytest.LogCaptureFixture) -> None:
    lists = _lists(staff)
    with caplog.at_level(logging.DEBUG):
        staff.write_text("plate,kind\nZZ99ZZZ,allow\nZZ99ZZZ,deny\n")
        lists.refresh(10)
        staff.write_text("plate\nZZ99ZZZ!\n")
        lists.refresh(20)
        staff.write_text("ZZ99ZZZ\n")
        lists.refresh(30)
        staff.write_text("kind,plate\nZZ99ZZZ,watch\n")
        lists.refresh(40)
    assert caplog.records
    assert "ZZ99" not in caplog.text


@given(st.text("AB8*?", min_size=1, max_size=12), st.text("AB8", max_size=10))
def test_wildcards_mean_what_they_say(entry: str, plate: str) -> None:
    config = WatchListFile(file=Path("list.csv"), max_cost=0)
    entries = Entries(config, (Entry(entry, "", ListKind.WATCH),))
    assert any(entries.matches(plate)) == _fits(entry, plate)


def _fits(entry: str, plate: str) -> bool:
    """The meaning of wildcards, as plainly as it can be said."""
    if not entry:
        return not plate
    if entry[0] == "*":
        return _fits(entry[1:], plate) or bool(plate and _fits(entry, plate[1:]))
    return bool(plate and entry[0] in ("?", plate[0]) and _fits(entry[1:], plate[1:]))


@pytest.mark.parametrize(
    ("plate", "is_private"),
    [("AB12CDE", True), ("A812CDE", True), ("KX99ZZZ", True), ("ZZ99ZZZ", False)],
    ids=["exact", "similar", "wildcard", "none"],
)
def test_what_may_be_on_a_private_list_is_private(
    staff: Path, plate: str, is_private: bool
) -> None:
    files = (WatchListFile(file=staff, private=True),)
    lists = WatchLists(WatchlistConfig(lists=files))
    lists.refresh(0)
    assert lists.is_private(plate) is is_private
    assert not _lists(staff).is_private(plate)
