"""An operator's labels: what is taken, and what is said of the rest."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.training.own_plates import (
    FEWEST,
    LabelsUnusable,
    load_own_plates,
)


def _write(folder: Path, rows: list[tuple[str, str]]) -> Path:
    for index, (name, _) in enumerate(rows):
        cv2.imwrite(str(folder / name), np.full((20, 60, 3), index % 255, np.uint8))
    labels = folder / "labels.csv"
    lines = ["file,text", *(f"{name},{text}" for name, text in rows)]
    labels.write_text("\n".join(lines), encoding="utf-8")
    return labels


def _rows(count: int) -> list[tuple[str, str]]:
    return [(f"{n}.png", f"ab {n:03}-x") for n in range(count)]


def test_texts_are_what_the_reader_writes(tmp_path: Path) -> None:
    plates = load_own_plates(tmp_path, _write(tmp_path, _rows(FEWEST)))
    assert [plate.text for plate in plates[:2]] == ["AB000X", "AB001X"]
    assert plates[0].as_crop().pixels.shape == (80, 176)


@pytest.mark.parametrize("separator", [",", ";", "\t", " , "])
@pytest.mark.parametrize("header", ["file,text", "\ufeffFile,Text", "Text,no,FILE"])
def test_a_spreadsheet_may_have_written_the_labels(
    separator: str, header: str, tmp_path: Path
) -> None:
    rows = _rows(FEWEST)
    labels = _write(tmp_path, rows)
    cells = ({"file": name, "text": text, "no": "7"} for name, text in rows)
    names = header.strip("\ufeff").lower().split(",")
    lines = [
        header,
        *(",".join(row[name] for name in names) for row in cells),
        "," * header.count(","),
    ]
    text = "\r\n".join(lines).replace(",", separator)
    labels.write_text(text, encoding="utf-8", newline="")
    plates = load_own_plates(tmp_path, labels)
    assert [plate.text for plate in plates] == [f"AB{n:03}X" for n in range(FEWEST)]


def test_a_text_of_two_lines_is_read_from_the_upper_one(tmp_path: Path) -> None:
    rows = [*_rows(FEWEST), ("two.png", '"AB\n12 \u00a0X"')]
    plates = load_own_plates(tmp_path, _write(tmp_path, rows))
    assert plates[-1].text == "AB12X"


def test_a_line_is_named_as_an_editor_counts_it(tmp_path: Path) -> None:
    labels = _write(tmp_path, _rows(FEWEST))
    lines = labels.read_text(encoding="utf-8").splitlines()
    labels.write_text("\n".join([lines[0], "", "", *lines[1:], "", "cut off"]))
    with pytest.raises(LabelsUnusable, match=rf"csv:{FEWEST + 5}: '' is no plate's"):
        load_own_plates(tmp_path, labels)


def test_pictures_of_one_vehicle_are_on_one_side(tmp_path: Path) -> None:
    rows = _rows(60)
    twice = [*rows, *((f"again-{name}", text) for name, text in rows)]
    plates = load_own_plates(tmp_path, _write(tmp_path, twice))
    trained = {plate.text for plate in plates if not plate.is_guard}
    kept = {plate.text for plate in plates if plate.is_guard}
    assert trained
    assert kept
    assert not trained & kept


def test_too_few_plates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelsUnusable, match="label 40 or more"):
        load_own_plates(tmp_path, _write(tmp_path, _rows(FEWEST - 1)))


def test_one_text_cannot_be_split(tmp_path: Path) -> None:
    rows = [(f"{n}.png", "AB123") for n in range(FEWEST)]
    with pytest.raises(LabelsUnusable, match="more vehicles"):
        load_own_plates(tmp_path, _write(tmp_path, rows))


@pytest.mark.parametrize("text", ["", "A", "ABCDEFGHIJK", "ÄB123", "AB?12"])
def test_a_text_that_is_none_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    rows = [*_rows(FEWEST), ("odd.png", text)]
    with pytest.raises(LabelsUnusable, match=rf"labels\.csv:{FEWEST + 2}.*no plate"):
        load_own_plates(tmp_path, _write(tmp_path, rows))


def test_a_missing_picture_is_named(tmp_path: Path) -> None:
    labels = _write(tmp_path, _rows(FEWEST))
    (tmp_path / "7.png").unlink()
    with pytest.raises(LabelsUnusable, match=r"csv:9: .*7\.png does not exist"):
        load_own_plates(tmp_path, labels)


def test_all_that_is_wrong_is_named_at_once(tmp_path: Path) -> None:
    rows = [*_rows(FEWEST), *((f"gone{n}.png", "AB12") for n in range(12))]
    labels = _write(tmp_path, rows)
    for each in tmp_path.glob("gone*"):
        each.unlink()
    with pytest.raises(LabelsUnusable) as caught:
        load_own_plates(tmp_path, labels)
    said = str(caught.value).splitlines()
    assert [f"gone{n}.png does not exist" in line for n, line in enumerate(said)] == [
        *[True] * 10,
        False,
    ]
    assert said[-1] == "2 more."


def test_a_picture_that_is_labelled_twice_is_one(tmp_path: Path) -> None:
    labels = _write(tmp_path, _rows(FEWEST - 1) * 2)
    with pytest.raises(LabelsUnusable, match=f"{FEWEST - 1} plates teach nothing"):
        load_own_plates(tmp_path, labels)


def test_two_texts_of_one_picture_are_named(tmp_path: Path) -> None:
    labels = _write(tmp_path, [*_rows(FEWEST), ("3.png", "CD99")])
    said = rf"csv:{FEWEST + 2}: 3\.png is CD99 here and AB003X at .*csv:5; keep"
    with pytest.raises(LabelsUnusable, match=said):
        load_own_plates(tmp_path, labels)


def test_a_picture_that_is_cut_short_teaches_nothing(tmp_path: Path) -> None:
    labels = _write(tmp_path, [*_rows(FEWEST), ("cut.jpg", "AB12")])
    picture = tmp_path / "cut.jpg"
    picture.write_bytes(picture.read_bytes()[:-40])
    with pytest.raises(LabelsUnusable, match=r"cut\.jpg is damaged or cut short"):
        load_own_plates(tmp_path, labels)


@pytest.mark.parametrize("content", [b"", b"name,plate\na.png,AB12\n", b"\xff\xfe\x00"])
def test_another_file_is_no_list_of_labels(tmp_path: Path, content: bytes) -> None:
    labels = tmp_path / "labels.csv"
    labels.write_bytes(content)
    with pytest.raises(LabelsUnusable, match=r"labels\.csv: "):
        load_own_plates(tmp_path, labels)


def test_no_file_at_all(tmp_path: Path) -> None:
    with pytest.raises(LabelsUnusable, match="cannot be read"):
        load_own_plates(tmp_path, tmp_path / "nothing.csv")
