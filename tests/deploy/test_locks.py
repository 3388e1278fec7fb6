"""What a board installs is what this checkout asks for."""

from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
NUMPY_1 = ROOT / "deploy" / "numpy1.lock"


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
