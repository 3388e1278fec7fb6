"""Annotated copies keep their names and never meet."""

import resource
from pathlib import Path

import numpy as np
import pytest

from edge_anpr.errors import AnnotationFailed
from edge_anpr.records import Box, Detection, Plate, PlateRead
from edge_anpr.stills.annotation import Annotator
from edge_anpr.stills.reading import StillReading

PLATE = Plate(Detection(Box(10, 40, 60, 55), 0.9), PlateRead("AB12", 0.9, (0.9,) * 4))


def _reading(path: Path) -> StillReading:
    return StillReading(str(path), np.zeros((80, 90, 3), np.uint8), (PLATE,), 0, 0, 0)


def _written(folder: Path) -> list[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return sorted(file.relative_to(folder).as_posix() for file in files)


def test_pictures_of_one_name_stay_apart(tmp_path: Path) -> None:
    pictures = [tmp_path / "north/car.jpg", tmp_path / "south/car.jpg"]
    annotator = Annotator(tmp_path / "out", [str(picture) for picture in pictures])
    for picture in pictures:
        annotator.write(_reading(picture))
    assert _written(tmp_path / "out") == ["north/car.jpg", "south/car.jpg"]


def test_one_picture_is_written_by_its_name(tmp_path: Path) -> None:
    picture = tmp_path / "north/car"
    Annotator(tmp_path / "out", [str(picture)]).write(_reading(picture))
    assert _written(tmp_path / "out") == ["car"]


def test_a_picture_is_never_overwritten(tmp_path: Path) -> None:
    picture = tmp_path / "car.jpg"
    with pytest.raises(AnnotationFailed, match="give another folder"):
        Annotator(tmp_path, [str(picture)]).write(_reading(picture))
    assert _written(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    picture = tmp_path / "car.jpg"
    with pytest.raises(AnnotationFailed, match="cannot be written"):
        Annotator(tmp_path / "out", [str(picture)]).write(_reading(picture))


def test_a_link_to_itself_does_not_stop_the_others(tmp_path: Path) -> None:
    loop, picture = tmp_path / "loop.jpg", tmp_path / "car.jpg"
    loop.symlink_to(loop)
    annotator = Annotator(tmp_path / "out", [str(loop), str(picture)])
    annotator.write(_reading(picture))
    assert _written(tmp_path / "out") == ["car.jpg"]


def test_a_copy_there_is_no_room_for_is_not_begun(tmp_path: Path) -> None:
    picture = tmp_path / "car.png"
    annotator = Annotator(tmp_path / "out", [str(picture)])
    annotator.write(_reading(picture))
    before = (tmp_path / "out/car.png").read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) // 2, hard))
    try:
        with pytest.raises(AnnotationFailed, match="cannot be written"):
            annotator.write(_reading(picture))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "out/car.png").read_bytes() == before
    assert _written(tmp_path / "out") == ["car.png"]
