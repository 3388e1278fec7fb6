"""A database on real disk for each test, and a small disk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storage.disk import card, disk
from tests.storage.making import Storage

__all__ = ["card", "disk", "storage"]


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    storage = Storage(tmp_path)
    yield storage
    storage.db.close()
