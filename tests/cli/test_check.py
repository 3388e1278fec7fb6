"""edge-anpr check, as it is called."""

import socket
from collections.abc import Sequence
from pathlib import Path

import pytest

from edge_anpr.config.web import PASSWORD_FILE
from edge_anpr.storage.locking import FolderLock
from edge_anpr.web.passwords import set_password
from tests.broker import free_port
from tests.programs import run_python
from tests.storage.making import Storage


def _settings(folder: Path, models: Path, more: str = "") -> str:
    clip = folder / "clip"
    clip.mkdir()
    made = run_python("-m", "edge_anpr", "sample", str(clip / "1.jpg"))
    assert made.returncode == 0
    file = folder / "config.yaml"
    if "web:" not in more:
        more += f"web: {{port: {free_port()}}}\n"
    file.write_text(
        f"camera: {{kind: replay, replay: {{path: {clip}}}}}\n"
        f"storage: {{folder: {folder}, max_mb: 16}}\n"
        f"recognition: {{models: {models}}}\n{more}"
    )
    return str(file)


def _check(file: str, *options: str) -> tuple[int, dict[str, str]]:
    done = run_python("-m", "edge_anpr", "check", "-c", file, *options)
    lines = [line.partition(" ") for line in done.stdout.splitlines()]
    return done.returncode, {part: says.strip() for part, _, says in lines}


def test_every_part_has_its_line(tmp_path: Path, models: Path) -> None:
    code, says = _check(_settings(tmp_path, models))
    clock_is_set = says.pop("clock").startswith("ok")
    assert code == (0 if clock_is_set else 1)
    assert list(says) == [
        "settings",
        "models",
        "camera",
        "broker",
        "review",
        "disk",
        "page",
    ]
    assert all(each.startswith("ok") for each in says.values())
    assert "1280 x 720" in says["camera"]


def test_a_page_that_nobody_can_reach_from_elsewhere_says_what_is_missing(
    tmp_path: Path, models: Path
) -> None:
    file = _settings(tmp_path, models)
    _, says = _check(file, "--only", "page")
    assert "of this device alone, until edge-anpr set-password" in says["page"]
    set_password(tmp_path / PASSWORD_FILE, "anna", "a long enough password")
    _, says = _check(file, "--only", "page")
    assert says["page"].endswith("of all addresses")


def test_a_page_whose_port_is_taken_is_poor_unless_the_service_has_it(
    tmp_path: Path, models: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        file = _settings(tmp_path, models, f"web: {{port: {port}}}\n")
        code, says = _check(file, "--only", "page")
        assert code == 1
        assert "End the other program there, or set web.port." in says["page"]
        lock = FolderLock(tmp_path)
        lock.hold(lambda _: None)
        code, says = _check(file, "--only", "page")
        lock.release()
        assert code == 0, says


def test_an_edited_password_is_poor(tmp_path: Path, models: Path) -> None:
    file = _settings(tmp_path, models)
    (tmp_path / PASSWORD_FILE).write_text("anna:secret\n")
    code, says = _check(file, "--only", "page")
    assert code == 1
    assert "line 1: not as edge-anpr set-password writes it" in says["page"]


def test_a_broker_out_of_reach_is_poor(tmp_path: Path, models: Path) -> None:
    mqtt = "mqtt: {host: 127.0.0.1, port: 1, tls: false}\n"
    code, says = _check(_settings(tmp_path, models, mqtt))
    assert code == 1
    assert says["broker"].startswith("poor")


def test_unknown_formats_are_a_fault(tmp_path: Path, models: Path) -> None:
    code, says = _check(_settings(tmp_path, models, "formats: {countries: [XX]}\n"))
    assert code == 2
    assert says["settings"].startswith("FAULT")


@pytest.mark.parametrize(
    ("part", "setting", "verdict", "code"),
    [
        ("models", "recognition: {{models: {folder}}}", "FAULT", 2),
        ("camera", "camera: {{kind: usb, usb: {{device: {folder}/video}}}}", "poor", 1),
        (
            "camera",
            "camera: {{kind: replay, replay: {{path: {folder}/gone}}}}",
            "FAULT",
            2,
        ),
        ("disk", "storage: {{folder: {folder}/gone}}", "FAULT", 2),
        ("disk", "storage: {{folder: {folder}, max_mb: 900000000}}", "poor", 1),
    ],
)
def test_what_is_wrong_with_a_part_decides_the_exit_code(
    part: str, setting: str, verdict: str, code: int, tmp_path: Path
) -> None:
    file = tmp_path / "config.yaml"
    file.write_text(setting.format(folder=tmp_path))
    got, says = _check(str(file), "--only", part)
    assert (got, says[part].split()[0]) == (code, verdict)
    assert str(tmp_path) in says[part]


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_text("camra: {}\n")
    done = run_python("-m", "edge_anpr", "check", "-c", str(file))
    assert done.returncode == 2
    assert "did you mean camera?" in done.stderr


def test_one_part_can_be_asked_for(tmp_path: Path, models: Path) -> None:
    mqtt = "mqtt: {host: 127.0.0.1, port: 1, tls: false}\n"
    file = _settings(tmp_path, models, mqtt)
    code, says = _check(file, "--only", "models", "--only", "disk")
    assert (code, list(says)) == (0, ["models", "disk"])


@pytest.mark.parametrize(
    ("setting", "advice"),
    [("", "clock.trust_rtc"), ("clock: {trust_rtc: true}\n", "timedatectl set-time")],
    ids=["by default", "with a battery-backed clock"],
)
def test_a_clock_that_may_be_wrong_comes_with_what_helps(
    tmp_path: Path, models: Path, setting: str, advice: str
) -> None:
    _, says = _check(_settings(tmp_path, models, setting))
    assert says["clock"].startswith("ok") or advice in says["clock"]


def test_a_storage_folder_that_may_not_be_looked_at_is_a_fault(
    tmp_path: Path, models: Path, by_rights: Sequence[str]
) -> None:
    storage = tmp_path / "storage"
    storage.mkdir(mode=0)
    file = tmp_path / "config.yaml"
    file.write_text(
        f"storage: {{folder: {storage}}}\nrecognition: {{models: {models}}}\n"
    )
    check = "-m", "edge_anpr", "check", "-c", str(file), "--only", "disk"
    done = run_python(*check, through=by_rights)
    assert done.returncode == 2
    assert "run this with sudo" in done.stdout
    assert "Traceback" not in done.stderr


def test_a_damaged_database_is_poor_and_left_to_the_service(tmp_path: Path) -> None:
    (tmp_path / "sightings.db").write_bytes(b"scribbled over " * 1000)
    file = tmp_path / "config.yaml"
    file.write_text(f"storage: {{folder: {tmp_path}, max_mb: 16}}")
    code, says = _check(str(file), "--only", "disk")
    assert code == 1
    assert "the next start of the service sets it aside" in says["disk"]
    assert [each.name for each in tmp_path.glob("sightings.db*")] == ["sightings.db"]


def test_a_service_that_runs_is_no_fault(tmp_path: Path) -> None:
    storage, lock = Storage(tmp_path), FolderLock(tmp_path)
    lock.hold(lambda _: None)
    file = tmp_path / "config.yaml"
    file.write_text(f"storage: {{folder: {tmp_path}, max_mb: 16}}")
    code, says = _check(str(file), "--only", "disk")
    storage.db.close()
    lock.release()
    assert code == 0
    assert says["disk"].endswith("a service keeps its sightings there")
