"""What the tests of delivery share."""

from tests.broker import mosquitto, receiver

__all__ = ["mosquitto", "receiver"]
