"""read --review and review-report, as they are called."""

from collections.abc import Sequence
from pathlib import Path
from subprocess import CompletedProcess

import cv2
import pytest
import yaml

from edge_anpr.config.storage import StorageConfig
from edge_anpr.sample import render_scene
from edge_anpr.storage.opening import open_database
from tests.programs import run_python
from tests.review.settings import KEY, api_key_file
from tests.review.vision_server import Trouble, Word, rest_server, saw


@pytest.fixture
def picture(tmp_path: Path) -> tuple[Path, str]:
    """A drawn street, and its one plate."""
    scene = render_scene(3, plates=1, plate_width_px=150)
    file = tmp_path / "street.png"
    cv2.imwrite(str(file), scene.pixels)
    return file, scene.plates[0].text


def _config(folder: Path, url: str, **review: object) -> Path:
    settings = {
        "storage": {"folder": str(folder)},
        "review": {
            "endpoint": url,
            "api_key_file": str(api_key_file(folder)),
            "monthly_units": 20,
            **review,
        },
    }
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(settings))
    return file


def _run(
    command: str, config: Path, *arguments: str, through: Sequence[str] = ()
) -> CompletedProcess[str]:
    program = ("-m", "edge_anpr", command, "-c", str(config))
    return run_python(*program, *arguments, through=through)


def _read(config: Path, *arguments: str) -> CompletedProcess[str]:
    return _run("read", config, *arguments)


def test_no_name_of_a_reviewed_picture_commands_a_terminal(
    picture: tuple[Path, str], tmp_path: Path
) -> None:
    file, text = picture
    evil = file.rename(tmp_path / "\x1b[31mred.png")
    with rest_server(lambda _: saw(Word(text))) as vision:
        done = _read(_config(tmp_path, vision.url), "--review", str(evil))
    assert done.stdout.count("\\x1b[31mred.png: ") == 2
    assert "\x1b" not in done.stdout


def test_a_single_picture_is_reviewed(
    picture: tuple[Path, str], tmp_path: Path
) -> None:
    file, text = picture
    with rest_server(lambda _: saw(Word(text))) as vision:
        config = _config(tmp_path, vision.url)
        done = _read(config, "--review", str(file))
    assert done.returncode == 0, done.stderr
    assert f"confirmed: google-cloud-vision read {text}" in done.stdout
    assert "not counted" in done.stderr
    assert vision.headers[0]["x-goog-api-key"] == KEY
    (sent,) = vision.pictures
    assert len(sent) < file.stat().st_size / 10  # the plate, not the street


def test_what_it_costs_is_counted_with_the_service(
    picture: tuple[Path, str], tmp_path: Path
) -> None:
    file, text = picture
    open_database(StorageConfig(folder=tmp_path)).close()
    with rest_server(lambda _: saw(Word(text))) as vision:
        config = _config(tmp_path, vision.url, monthly_units=1)
        first = _read(config, "--review", str(file))
        second = _read(config, "--review", str(file))
    assert (first.returncode, second.returncode) == (0, 2)
    assert "are spent" in second.stderr
    assert len(vision.asked) == 1
    told = run_python("-m", "edge_anpr", "review-report", "-c", str(config))
    assert "Units this month: 1 of 1" in told.stdout
    assert "too early to judge" in told.stdout


def test_wrong_credentials_are_named(picture: tuple[Path, str], tmp_path: Path) -> None:
    file, _ = picture
    open_database(StorageConfig(folder=tmp_path)).close()
    with rest_server(lambda _: saw()) as vision:
        vision.trouble.append(Trouble(400, "API key not valid."))
        config = _config(tmp_path, vision.url)
        done = _read(config, "--review", str(file))
    assert done.returncode == 2
    assert done.stderr.strip() == "Google says 400: API key not valid."
    told = run_python("-m", "edge_anpr", "review-report", "-c", str(config))
    assert "Units this month: 0 of 20" in told.stdout


def test_it_is_for_one_picture(picture: tuple[Path, str]) -> None:
    file, _ = picture
    for arguments in ([str(file), str(file)], ["--json", str(file)]):
        done = run_python("-m", "edge_anpr", "read", "--review", *arguments)
        assert done.returncode == 2
        assert "--review is for one picture" in done.stderr


def test_without_credentials_it_says_what_is_missing(picture: tuple[Path, str]) -> None:
    done = run_python("-m", "edge_anpr", "read", "--review", str(picture[0]))
    assert done.returncode == 2
    assert "--review needs -c FILE" in done.stderr
    empty = picture[0].with_name("empty.yaml")
    empty.touch()
    done = _read(empty, "--review", str(picture[0]))
    assert done.returncode == 2
    assert "credentials_file or api_key_file" in done.stderr


def test_a_report_needs_a_database(tmp_path: Path) -> None:
    config = _config(tmp_path, "vision.googleapis.com")
    done = run_python("-m", "edge_anpr", "review-report", "-c", str(config))
    assert done.returncode == 2
    assert "run the service first" in done.stderr


def test_a_database_that_may_not_be_looked_at_is_named(
    picture: tuple[Path, str], tmp_path: Path, by_rights: Sequence[str]
) -> None:
    storage = tmp_path / "storage"
    storage.mkdir(mode=0)
    with rest_server(lambda _: saw()) as vision:
        config = _config(tmp_path, vision.url)
        settings = yaml.safe_load(config.read_text())
        settings["storage"]["folder"] = str(storage)
        config.write_text(yaml.safe_dump(settings))
        told = _run("review-report", config, through=by_rights)
        done = _run("read", config, "--review", str(picture[0]), through=by_rights)
    for each in (told, done):
        assert each.returncode == 2
        assert each.stderr == (
            f"{storage}/sightings.db: cannot be opened (permission denied); "
            "run this with sudo, or check storage.folder.\n"
        )
    assert vision.asked == []  # nor paid
