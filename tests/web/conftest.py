"""A page for each test, asked without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.shown import Shown
from tests.web.site import Site


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    shown = Shown(tmp_path)
    yield shown
    shown.db.close()


@pytest.fixture
def client(shown: Shown) -> FlaskClient:
    return shown.client()


@pytest.fixture
def site(shown: Shown) -> Iterator[Site]:
    """The same on a real server, with a password and something to see."""
    shown.set_password()
    shown.fill()
    site = Site(shown)
    site.start()
    yield site
    site.stop()
