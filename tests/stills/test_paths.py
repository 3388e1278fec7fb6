"""Which pictures a path means."""

import os
from pathlib import Path

import pytest

from edge_anpr.errors import PathEmpty
from edge_anpr.stills.paths import expand

TOO_LONG = "a" * 300 + ".jpg"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """pictures/ with three pictures and a note, and an empty folder."""
    for name in ("b.JPG", "a.png", "north/a.jpg", "note.txt", "empty/note.txt"):
        file = tmp_path / "pictures" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("pictures", ["pictures/a.png", "pictures/b.JPG", "pictures/north/a.jpg"]),
        (
            "./pictures/",
            ["./pictures/a.png", "./pictures/b.JPG", "./pictures/north/a.jpg"],
        ),
        ("pictures/*.png", ["pictures/a.png"]),
        ("./pictures/*/a.*", ["./pictures/north/a.jpg"]),
        ("pictures/n*h", ["pictures/north/a.jpg"]),
        ("pictures/**/a.*", ["pictures/a.png", "pictures/north/a.jpg"]),
        ("pictures/note.txt", ["pictures/note.txt"]),
        ("gone.jpg", ["gone.jpg"]),
        (TOO_LONG, [TOO_LONG]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_path_leads_to_its_pictures(path: str, names: list[str]) -> None:
    assert expand(path) == names


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("pictures", ["pictures/a.png", "pictures/b.JPG"]),
        ("pictures/**/*.*g", ["pictures/a.png"]),
        ("pictures/n*h", []),
        ("pictures/north", ["pictures/north/a.jpg"]),
        ("pictures/north/*.jpg", ["pictures/north/a.jpg"]),
        ("pictures/north/a.jpg", ["pictures/north/a.jpg"]),
    ],
)
@pytest.mark.usefixtures("folder")
def test_annotated_copies_are_read_only_where_they_are_asked_for(
    path: str, names: list[str]
) -> None:
    annotated = Path("./pictures/../pictures/north")
    try:
        found = expand(path, annotated)
    except PathEmpty:
        found = []
    assert found == names


def test_a_file_with_a_pattern_for_a_name_is_itself(folder: Path) -> None:
    (folder / "car[1].jpg").touch()
    assert expand("car[1].jpg") == ["car[1].jpg"]


def test_in_a_folder_only_files_are_pictures(folder: Path) -> None:
    os.mkfifo(folder / "pictures" / "pipe.jpg")
    (folder / "pictures" / "link.jpg").symlink_to("gone.jpg")
    assert "pictures/pipe.jpg" not in expand("pictures")
    assert "pictures/link.jpg" in expand("pictures")  # whose owner should hear of it


def test_a_folder_holds_what_windows_and_a_mac_call_pictures(folder: Path) -> None:
    for name in ("a.jfif", "b.GIF", "._b.JPG"):
        (folder / "pictures/empty" / name).touch()
    found = expand("pictures/empty")
    assert [Path(each).name for each in found] == ["a.jfif", "b.GIF"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "is no path"),
        ("pictures/empty", "holds no pictures"),
        ("*.gif", "matches no picture"),
        ("-", "give /dev/stdin for standard input"),
        ("https://example.com/a?b=[1].jpg", "is an address; save the picture"),
        ("*" + TOO_LONG, "matches no picture"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_path_to_nothing_is_refused(path: str, said: str) -> None:
    with pytest.raises(PathEmpty, match=said):
        expand(path)
