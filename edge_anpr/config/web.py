"""Settings of the device's own web page."""

from ipaddress import ip_address
from typing import Annotated

from pydantic import AfterValidator, Field

from edge_anpr.config.delivery import Host
from edge_anpr.config.paths import SomePath
from edge_anpr.config.section import Section

PASSWORD_FILE = "page-passwords"  # in storage.folder, unless web.password_file says  # noqa: S105
LOGIN_FILE = "page-logins"  # in storage.folder


def _one_address(text: str) -> str:
    """Raise ValueError for a name, a network or a port."""
    try:
        return str(ip_address(text))
    except ValueError as error:
        raise ValueError("it takes one address, such as 127.0.0.1") from error


class WebConfig(Section):
    """The device's own web page."""

    enabled: bool = True
    """Whether there is a page."""

    port: int = Field(default=8080, ge=1, le=65535)
    """Where it listens."""

    address: Host | None = None
    """Which address of this computer it listens on; null: all of them. Without a
    password it is 127.0.0.1, whatever stands here."""

    names: tuple[Host, ...] = ()
    """Names of the page besides its addresses, names without a dot, those that end with
    .local, .localdomain, .lan, .home, .home.arpa or .internal, and that in
    home_assistant.link. Asked for by any other name, it does not answer."""

    trusted_proxy: Annotated[str, AfterValidator(_one_address)] | None = None
    """Address of a reverse proxy before the page, which is believed who comes and
    whether over TLS (X-Forwarded-For, X-Forwarded-Proto); null: nobody is."""

    password_file: SomePath | None = None
    """What `edge-anpr set-password` writes; null: page-passwords in storage.folder."""

    session_hours: float = Field(default=8, gt=0, le=168)
    """A login lasts no longer than this."""

    idle_minutes: float = Field(default=30, gt=0, le=1440)
    """A login that is not used for this long ends."""

    max_upload_mb: int = Field(default=12, ge=1, le=50)
    """Largest picture to try (10^6 bytes)."""

    max_upload_mpx: int = Field(default=25, ge=1, le=100)
    """Most pixels of such a picture (10^6); decoded, each takes three bytes."""
