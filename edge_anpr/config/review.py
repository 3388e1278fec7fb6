"""Settings of second opinions."""

import ipaddress
from enum import StrEnum
from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator, model_validator

from edge_anpr.config.secret import SecretFile
from edge_anpr.config.section import Section


class Transport(StrEnum):
    """How Google is spoken to."""

    REST = "rest"
    GRPC = "grpc"


class ReviewConfig(Section):
    """A second opinion on doubtful plates, from Google Cloud Vision."""

    enabled: bool = False
    """true: crops of doubtful plates, and nothing else, go to Google; see
    docs/review.md for what that costs and means."""

    credentials_file: SecretFile | None = None
    """Key file (JSON) of a service account. Either this or api_key_file."""

    api_key_file: SecretFile | None = None
    """A file that holds an API key and nothing else."""

    endpoint: str = "vision.googleapis.com"
    """eu-vision.googleapis.com keeps the work within the EU. http:// is for a server
    on this computer only."""

    transport: Transport = Transport.REST
    """rest passes most firewalls and proxies; or grpc."""

    timeout_s: float = Field(default=20.0, gt=0, le=120)
    """Google has this long to answer."""

    below_confidence: float = Field(default=0.8, ge=0, le=1)
    """Plates read less surely than this are asked about."""

    unless_format_fits: bool = True
    """Ask about plates that fit no format of formats.countries, however sure."""

    keep_days: float = Field(default=7, gt=0)
    """What could not be asked for so long is not asked any more; never longer than
    storage.keep_crops_days."""

    monthly_units: int = Field(default=900, ge=0)
    """Most pictures a month (Google's, in Pacific time); the first 1000 were free."""

    daily_share: float = Field(default=0.1, gt=0, le=1)
    """Part of a month's units that one day may take."""

    devices: int = Field(default=1, ge=1)
    """How many devices share monthly_units; each keeps to its part."""

    max_retry_s: float = Field(default=900.0, ge=1, le=86400)
    """Longest wait between two tries, unless Google asks for more."""

    @property
    def monthly_share(self) -> int:
        """Units a month for this device."""
        return self.monthly_units // self.devices

    @property
    def daily_units(self) -> int:
        share = self.monthly_share
        return min(max(round(share * self.daily_share), 1), share)

    @property
    def is_plain(self) -> bool:
        """Whether the endpoint is spoken to without TLS."""
        return self.endpoint.startswith("http://")

    @field_validator("endpoint")
    @classmethod
    def _is_encrypted_or_here(cls, endpoint: str) -> str:
        parts = urlsplit(endpoint if "://" in endpoint else f"https://{endpoint}")
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
            raise ValueError("it must be a host name, such as vision.googleapis.com")
        if parts.scheme == "http" and not _is_loopback(parts.hostname):
            raise ValueError("without TLS only an address of this computer will do")
        return endpoint.removeprefix("https://")

    @model_validator(mode="after")
    def _has_credentials(self) -> Self:
        given = (self.credentials_file, self.api_key_file)
        if self.enabled and sum(each is not None for each in given) != 1:
            raise ValueError("enabled needs either credentials_file or api_key_file")
        return self


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
