"""What the tests of the daemon share: a real broker, and a database on real disk."""

from tests.broker import mosquitto, receiver
from tests.storage.conftest import card, disk, storage

__all__ = ["card", "disk", "mosquitto", "receiver", "storage"]
