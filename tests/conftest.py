"""What tests of several parts share."""

import signal
from pathlib import Path

import pytest
from hypothesis import settings

from edge_anpr.recognition.card import models_folder

# The time a test takes says nothing on a busy machine.
settings.register_profile("edge-anpr", deadline=None)
settings.load_profile("edge-anpr")

# In the background of a script Ctrl-C is ignored, and by all that is started there.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--models", type=Path, help="test these models, not those that ship"
    )
    parser.addoption(
        "--long", action="store_true", help="endurance tests at full length: minutes"
    )
    parser.addoption(
        "--screenshots", type=Path, help="leave pictures of the page in this folder"
    )


@pytest.fixture(scope="session")
def models(request: pytest.FixtureRequest) -> Path:
    """The folder of the models under test."""
    return models_folder(request.config.getoption("--models"))


@pytest.fixture(scope="session")
def is_long(request: pytest.FixtureRequest) -> bool:
    """Whether endurance tests are to run at full length."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Labelled photographs beside the checkout; not part of the project."""
    folder = Path(__file__).parent.parent.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no labelled photographs at {folder}")
    return folder
