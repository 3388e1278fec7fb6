"""What the tests of the daemon share."""

from tests.broker import mosquitto, receiver

__all__ = ["mosquitto", "receiver"]
