"""What the tests of the installer share."""

from tests.storage.disk import disk

__all__ = ["disk"]
