"""A database on real disk for each test."""

from tests.storage.conftest import storage

__all__ = ["storage"]
