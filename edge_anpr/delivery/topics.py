"""The MQTT topics of one device, and of a whole fleet."""

from dataclasses import dataclass

ROOT = "edge-anpr"
KINDS = ("status", "sighting", "alert", "crop", "health")

# What the topic `status` says.
ONLINE = "online"
OFFLINE = "offline"  # gone by accident; left by the broker, if without a word
STOPPED = "stopped"  # stopped on purpose


@dataclass(frozen=True, slots=True)
class Topics:
    """Where one device publishes; never a plate in a topic."""

    device: str

    def of(self, kind: str) -> str:
        return f"{ROOT}/{self.device}/{kind}"

    @property
    def status(self) -> str:
        return self.of("status")

    @property
    def health(self) -> str:
        return self.of("health")

    @property
    def sighting(self) -> str:
        return self.of("sighting")

    @property
    def alert(self) -> str:
        return self.of("alert")

    @property
    def crop(self) -> str:
        return self.of("crop")


def of_fleet(kind: str) -> str:
    """The filter that takes this kind from every device."""
    return f"{ROOT}/+/{kind}"


def introduction_topic(prefix: str, device: str) -> str:
    """Where Home Assistant, of this discovery prefix, looks for this device."""
    return f"{prefix}/device/{device}/config"


def split(topic: str) -> tuple[str, str] | None:
    """The device and the kind; None when it is not one of ours."""
    parts = topic.split("/")
    if len(parts) != 3 or parts[0] != ROOT or parts[2] not in KINDS:
        return None
    return parts[1], parts[2]
