"""A database on real disk for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.making import Storage


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = Storage(tmp_path)
    yield storage
    storage.db.close()
