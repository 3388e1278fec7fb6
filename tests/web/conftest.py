"""A page for each test, asked without a network."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from edge_anpr.web.app import create_app
from tests.web.making import device


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return create_app(device(tmp_path)).test_client()
