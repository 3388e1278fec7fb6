"""Settings of delivery: who this device is, and where its sightings go."""

import re
import socket
from enum import StrEnum
from ipaddress import ip_address
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator

from edge_anpr.config.paths import SomePath
from edge_anpr.config.secret import SecretFile
from edge_anpr.config.section import Section, like

MAX_ID_LENGTH = 48

# Goes into topics, user names and Home Assistant, which agree on these characters.
DeviceId = Annotated[
    str,
    like(
        rf"[a-z0-9][a-z0-9_-]{{0,{MAX_ID_LENGTH - 1}}}",
        f"it takes 1 to {MAX_ID_LENGTH} of a-z, 0-9, hyphens and underscores, and "
        "begins with a letter or digit",
    ),
]
Prefix = Annotated[
    str, like(r"[A-Za-z0-9_/-]+", "it takes letters, digits, hyphens, _ and /")
]
Name = Annotated[
    str, Field(max_length=80), like(r"|(?s:.*\S.*)", "it takes a name, or null")
]


def _names_a_host(link: str) -> str:
    """Raise ValueError for what Home Assistant refuses, with all that comes with it."""
    try:
        parts = urlsplit(link)
        is_one = parts.scheme in {"http", "https"} and bool(parts.hostname)
        is_one = is_one and parts.port != 0 and not re.search(r"\s", link)
    except ValueError:  # a host or a port that cannot be
        is_one = False
    if not is_one:
        raise ValueError("it takes an address such as http://pole7.local:8080/")
    return link


Link = Annotated[str, AfterValidator(_names_a_host)]


def _can_be_looked_up(host: str) -> str:
    """Raise ValueError for what no resolver takes, which Python would stumble over."""
    try:
        host.encode("idna")
        if ":" in host:
            ip_address(host)
    except ValueError:  # UnicodeError is one
        is_one = False
    else:
        is_one = not re.search(r"[\s/@\[\]]", host)
    if not is_one:
        raise ValueError(
            "expected a name or an address alone, without mqtt:// or http:// and "
            "without a port"
        )
    return host


Host = Annotated[str, Field(min_length=1), AfterValidator(_can_be_looked_up)]


class DeviceConfig(Section):
    """Who this device is."""

    id: DeviceId | None = None
    """Names the device in topics and messages: a-z, 0-9, hyphens, underscores; no two
    devices may share it. null: the host name of this computer."""

    name: Name | None = None
    """What people call it; null: the id."""

    area: Name | None = None
    """Where it stands; Home Assistant suggests this area. null: not said."""

    @property
    def topic_id(self) -> str:
        """The id, or the host name in its characters."""
        if self.id:
            return self.id
        host = socket.gethostname().split(".")[0].lower()
        return re.sub("[^a-z0-9]+", "-", host).strip("-")[:MAX_ID_LENGTH] or "camera"

    @property
    def title(self) -> str:
        return self.name or self.topic_id


class MqttProtocol(StrEnum):
    """Which version of MQTT is spoken."""

    AUTO = "auto"
    V5 = "5"
    V311 = "3.1.1"


class MqttConfig(Section):
    """The broker that sightings are sent to."""

    host: Host | None = None
    """Name or address of the broker; null: nothing is sent over MQTT."""

    port: int = Field(default=8883, ge=1, le=65535)
    """8883 is usual with TLS, 1883 without."""

    tls: bool = True
    """Encrypt, and check who the broker is."""

    ca_file: SomePath | None = None
    """Certificate (PEM) of the authority that vouches for the broker; null: those the
    system trusts."""

    certificate_file: SomePath | None = None
    """Certificate (PEM) of this device, where the broker asks for one."""

    key_file: SecretFile | None = None
    """Private key (PEM) of that certificate."""

    credentials_file: SecretFile | None = None
    """File with the user name on the first line and the password on the second."""

    protocol: MqttProtocol = MqttProtocol.AUTO
    """auto: MQTT 5, and 3.1.1 when the broker does not know or answer it; or 5, or
    3.1.1."""

    keepalive_s: int = Field(default=30, ge=5, le=3600)
    """A connection silent for half as long again is lost."""

    timeout_s: float = Field(default=10.0, gt=0, le=120)
    """The broker has this long to answer."""

    will_delay_s: int = Field(default=0, ge=0, le=3600)
    """A device gone for less is not reported offline (MQTT 5 only). Mosquitto 2.0.11
    can crash when a device with such a delay is revoked; keep 0 with it."""

    max_retry_s: float = Field(default=60.0, ge=1, le=3600)
    """Longest wait between two tries to reach the broker."""

    max_message_bytes: int = Field(default=131072, ge=4096, le=16777216)
    """Larger messages are not sent; the broker's own limit must not be below this."""

    max_messages_per_s: float = Field(default=20.0, gt=0, le=1000)
    """What has piled up goes out no faster than this."""

    buffered_after_s: float = Field(default=10.0, ge=0)
    """What is sent so long after the vehicle was last seen is marked as buffered."""

    expire_after_s: int = Field(default=604800, ge=0, le=4294967295)
    """The broker drops a sighting that nobody has fetched for so long (MQTT 5 only);
    0: never."""

    health_every_s: float = Field(default=60.0, ge=1, le=3600)
    """How often the device says how it is."""

    @model_validator(mode="after")
    def _certificate_has_its_key(self) -> Self:
        if (self.certificate_file is None) != (self.key_file is None):
            raise ValueError("certificate_file and key_file go together")
        return self


class HomeAssistantConfig(Section):
    """How the device introduces itself to Home Assistant, over the same broker."""

    enabled: bool = True
    """false: it does not, and takes back an earlier introduction."""

    prefix: Prefix = "homeassistant"
    """The discovery prefix set in Home Assistant."""

    link: Link | None = None
    """Address of the device's own page, shown in Home Assistant; null: none."""
