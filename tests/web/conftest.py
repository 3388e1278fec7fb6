"""A page for each test, asked without a network."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.web.shown import Shown


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    shown = Shown(tmp_path)
    yield shown
    shown.db.close()


@pytest.fixture
def client(shown: Shown) -> FlaskClient:
    return shown.client()
