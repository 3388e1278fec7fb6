"""What a board installs is what this checkout asks for."""

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
NUMPY_1 = ROOT / "deploy" / "numpy1.lock"
CLOUD = ROOT / "deploy" / "cloud.lock"


def _pinned(lock: Path) -> dict[str, str]:
    """Versions by name, of those that a Linux board installs."""
    lines = lock.read_text().splitlines()
    pins = [line.split(";")[0] for line in lines if line[:1].isalpha()]
    split = (pin.rstrip(" \\").partition("==") for pin in pins)
    return {name: version for name, _, version in split}


def test_boards_with_numpy_1_get_all_that_others_get() -> None:
    windows = {"colorama"}
    everyone = _pinned(ROOT / "requirements.lock").keys() - windows
    assert everyone == _pinned(NUMPY_1).keys() - windows


def test_boards_with_numpy_1_get_numpy_1() -> None:
    assert _pinned(NUMPY_1)["numpy"].startswith("1.")


@pytest.mark.parametrize(
    "lock", [ROOT / "requirements.lock", NUMPY_1], ids=lambda path: path.stem
)
def test_google_s_library_changes_nothing_that_is_there(lock: Path) -> None:
    there, google = _pinned(lock), _pinned(CLOUD)
    both = there.keys() & google.keys()
    assert "protobuf" in both
    assert {name: google[name] for name in both} == {name: there[name] for name in both}


def test_all_of_the_extra_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for wanted in project["optional-dependencies"]["cloud"]:
        assert wanted.partition(">=")[0] in _pinned(CLOUD)
