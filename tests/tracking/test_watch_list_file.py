"""Watch lists are read whole, or refused with the line that is wrong."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_anpr.errors import WatchListBroken
from edge_anpr.records import ListKind
from edge_anpr.tracking import watch_list_file
from edge_anpr.tracking.watch_list_file import Entry, read_watch_list

CSV = "plate,name,kind\nAB 12-cde,Ann,allow\n\n# away in May\nKX*,,DENY\n1AB??34\n"
YAML = """
- {plate: AB 12-cde, name: Ann, kind: allow}
- plate: KX*
  kind: DENY
- 1AB??34
"""
ENTRIES = (
    Entry("AB12CDE", "Ann", ListKind.ALLOW),
    Entry("KX*", "", ListKind.DENY),
    Entry("1AB??34", "", ListKind.WATCH),
)


def _read(tmp_path: Path, name: str, content: str | bytes) -> tuple[Entry, ...]:
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_watch_list(path, ListKind.WATCH)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("list.csv", CSV),
        ("list.csv", CSV.replace(",", ";")),
        ("list.csv", CSV.replace(",", "\t")),
        ("list.csv", CSV.replace("\n", "\r\n")),
        ("list.csv", "\ufeff" + CSV),
        ("list.csv", CSV.replace("\n", ",,\n")),
        ("list.CSV", CSV.replace("plate,name", "Plate, Name ")),
        ("list.csv", "# staff; guests; hire cars\n\n" + CSV),
        ("list.yaml", YAML),
        ("list.yml", YAML),
    ],
    ids=[
        "comma",
        "semicolon",
        "tab",
        "Windows",
        "Excel",
        "columns that were emptied in Excel",
        "spaces",
        "comment",
        "yaml",
        "yml",
    ],
)
def test_a_list_is_read(tmp_path: Path, name: str, content: str) -> None:
    assert _read(tmp_path, name, content) == ENTRIES


@pytest.mark.parametrize("name", ["list.csv", "list.yaml"])
def test_an_empty_file_is_an_empty_list(tmp_path: Path, name: str) -> None:
    assert _read(tmp_path, name, "") == ()


@pytest.mark.parametrize("plate", ["00123", "1e5", "12:30", "ON1", "0x1F"])
def test_yaml_takes_no_plate_for_a_number(tmp_path: Path, plate: str) -> None:
    (entry,) = _read(tmp_path, "list.yaml", f"- plate: {plate.replace(':', '-')}\n")
    assert entry.plate == plate.replace(":", "").upper()


@pytest.mark.parametrize(
    ("typed", "plate"),
    [("m\u00fc ab 1", "MUAB1"), ("\u0410\u04121234\u0421\u0422", "AB1234CT")],
    ids=["umlaut", "Cyrillic"],
)
def test_typed_plates_become_what_the_reader_gives(
    tmp_path: Path, typed: str, plate: str
) -> None:
    (entry,) = _read(tmp_path, "list.csv", f"plate\n{typed}\n")
    assert entry.plate == plate


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "a.csv",
            "plate,kind\nAB1,watch\nAB2,alow\n",
            "line 3: kind is 'alow'; write allow, deny or",
        ),
        ("a.csv", "AB12CDE\n", "line 1: a column is something else; write "),
        ("a.csv", "name,kind\nAnn,allow\n", "line 1: name plate"),
        ("a.csv", "plate,plate\n", "line 1: name plate, and each of "),
        ("a.csv", "plate\nAB1\nAB 1!\n", "line 3: the plate is not 1 to 20 "),
        ("a.csv", "name,plate\nAnn,AB1\nBob\n", "line 3: the plate is not 1 to 20 "),
        ("a.csv", 'plate,name\n"AB1\n', "is not CSV"),
        ("a.csv", "plate,name\nAB1,Ann,Bob\n", "line 2: has 3 cells, but there are 2"),
        ("a.csv", b"plate\nAB1\nM\xdcAB1\n", "line 3: is not UTF-8"),
        ("a.csv", "plate,kind\nAB1,allow\nab-1,deny\n", "line 3: this plate is deny"),
        (
            "a.yaml",
            "- plate: AB1\n  nam: Ann\n",
            "line 1: a column is 'nam'; write plate, name",
        ),
        ("a.yaml", "- plate: AB1\n- name: Ann\n", "line 2: name plate"),
        ("a.yaml", "- plate: AB1\n- plate: [A]\n", "line 2: write plate and name"),
        ("a.yaml", "- [AB1]\n", "line 1: write plate and name"),
        ("a.yaml", "plate: AB1\n", "line 1: write a list"),
        ("a.yaml", "- A1\n- [\n", "line 3: this is not YAML"),
        ("a.yaml", "[" * 2000, "this is not YAML"),
    ],
)
def test_a_bad_line_is_named(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(WatchListBroken) as caught:
        _read(tmp_path, name, content)
    assert said in str(caught.value)
    assert str(tmp_path / name) in str(caught.value)


def test_a_plate_listed_twice_alike_counts_once(tmp_path: Path) -> None:
    (entry,) = _read(tmp_path, "a.csv", "plate,name\nAB1,Ann\nab-1,Bob\n")
    assert entry.name == "Ann"


def test_a_comment_never_takes_the_lines_below_it_along(tmp_path: Path) -> None:
    content = 'plate,name\n# gone,"Ann\nAB1,Bob\n# gone,Cy"\nCD2,"Di,\n# of 7"\n'
    entries = _read(tmp_path, "list.csv", content)
    assert [each.plate for each in entries] == ["AB1", "CD2"]
    assert entries[1].name == "Di,\n# of 7"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WatchListBroken, match=r"gone\.csv: cannot be read"):
        read_watch_list(tmp_path / "gone.csv", ListKind.WATCH)


def test_a_file_beyond_reason_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WatchListBroken, match="is larger than"):
        _read(tmp_path, "a.csv", b"\n" * (watch_list_file.MOST_BYTES + 1))


def test_a_long_list_in_yaml_should_be_a_table(tmp_path: Path) -> None:
    content = "- AB12CDE\n" * (watch_list_file.MOST_YAML_BYTES // 10 + 1)
    with pytest.raises(WatchListBroken, match=r"bytes; make it a table \(\.csv\)"):
        _read(tmp_path, "a.yaml", content)


def test_the_longest_list_in_yaml_is_read_well_before_the_watchdog_bites(
    tmp_path: Path,
) -> None:
    lines = [f"- {{plate: A{number}, name: N}}\n" for number in range(10_000)]
    began_s = time.process_time()
    entries = _read(tmp_path, "a.yaml", "".join(lines))
    assert len(entries) == 10_000
    assert time.process_time() - began_s < 3


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_what_is_nested_without_end_is_refused(tmp_path: Path, opening: str) -> None:
    content = opening * (watch_list_file.MOST_YAML_BYTES // len(opening))
    with pytest.raises(WatchListBroken, match="this is not YAML"):
        _read(tmp_path, "a.yaml", content)


@settings(max_examples=200)
@given(
    st.sampled_from(["fuzzed.csv", "fuzzed.yaml"]),
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode()),
        st.lists(st.sampled_from([*CSV, *YAML, '"', "&a", "*a", "!!", "\0"])).map(
            lambda parts: "".join(parts).encode()
        ),
    ),
)
def test_whatever_is_in_a_file_it_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes
) -> None:
    folder = tmp_path_factory.getbasetemp()
    refused = ""
    try:
        _read(folder, name, content)
    except WatchListBroken as error:
        refused = str(error)
    assert not refused or refused.startswith(str(folder / name))
