"""Imports go down only, and every third-party library has one home."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "edge_anpr"
MODULES = sorted(PACKAGE.rglob("*.py"))

FLOORS = {
    "records": 0,
    "errors": 0,
    "config": 1,
    "runtime": 1,
    "camera": 2,
    "recognition": 2,
    "sample": 2,
    "tracking": 2,
    "storage": 2,
    "pipeline": 3,
    "delivery": 3,
    "review": 3,
    "stills": 3,
    "web": 3,
    "bench": 4,
    "demo": 4,
    "checks": 4,
    "daemon": 4,
    "privacy": 4,
    "cli": 5,
    "__main__": 6,
}
HOMES = {
    "ai_edge_litert": {"recognition/runtime.py"},
    "amqtt": {"demo/embedded.py"},
    "click": {"cli"},
    "flask": {"web"},
    "google": {"review/google_vision.py", "review/google_faults.py"},
    "grpc": {"review/google_vision.py", "config/review.py"},  # there only the word
    "gi": {"nowhere"},  # for tests only, in a program of its own
    "libcamera": {"camera/picamera2.py"},
    "picamera2": {"camera/picamera2.py"},
    "jinja2": {"web"},
    "paho": {"delivery/mqtt.py"},
    "prometheus_client": {"web/metrics.py"},
    "pydantic": {"config", "recognition/card.py"},
    "requests": {"review/google_faults.py", "review/google_vision.py"},
    "tflite_runtime": {"recognition/runtime.py"},
    "waitress": {"web/receiving.py", "web/serving.py"},
    "werkzeug": {"web"},
    "urllib3": {"review/google_faults.py"},
    "yaml": {
        "config/__init__.py",
        "config/places.py",
        "config/syntax.py",
        "recognition/card.py",
        "tracking/formats/catalogue.py",
        "tracking/watch_list_file.py",
    },
}
PIXEL_PARTS = {"camera", "recognition", "sample"}  # where cv2 may be used


def _names(module: Path) -> set[str]:
    """Everything a module imports, and whatever it names to import_module."""
    names = set()
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            names |= {node.value} if node.value.split(".")[0] in HOMES else set()
    return names


def _part(module: Path) -> str:
    return module.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.name))
def test_imports_go_down_only(module: Path) -> None:
    part = _part(module)
    used = {
        name.split(".")[1] for name in _names(module) if name.startswith("edge_anpr.")
    } & FLOORS.keys() - {part}
    assert [name for name in used if FLOORS[name] >= FLOORS.get(part, 0)] == []


def test_every_part_has_a_floor() -> None:
    assert {_part(module) for module in MODULES} - {"__init__"} <= FLOORS.keys()


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.name))
def test_libraries_stay_at_home(module: Path) -> None:
    place = module.relative_to(PACKAGE).as_posix()
    libraries = {name.split(".")[0] for name in _names(module)}
    # A home is a file or a whole part.
    homes = {place, _part(module)}
    astray = {name for name in libraries & HOMES.keys() if not homes & HOMES[name]}
    if "cv2" in libraries and _part(module) not in PIXEL_PARTS:
        astray.add("cv2")
    assert astray == set()
