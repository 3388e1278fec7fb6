"""Who the broker is and who we are: certificates, user name and password."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.delivery.validity import Validity, validities
from edge_anpr.errors import DeliveryFailed
from edge_anpr.records import Problem

MOST_BYTES = 65535  # of a text in MQTT
SOON = timedelta(days=21)  # time to send someone


class _TlsSocket(ssl.SSLSocket):
    """Closes when no trust is found, which paho would leave to chance."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def tls_context(config: MqttConfig) -> ssl.SSLContext:
    """Read anew for every connection, because certificates are renewed.

    Raise DeliveryFailed when a file cannot be used.
    """
    context = _trusting(config.ca_file)
    if config.certificate_file and config.key_file:
        _identify(context, config.certificate_file, config.key_file)
    context.sslsocket_class = _TlsSocket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def credentials(file: Path) -> tuple[str, str]:
    """User name and password; raise DeliveryFailed."""
    expected = (
        f"{file}: expected the user name on the first line and the password on the "
        "second; correct it, or change mqtt.credentials_file."
    )
    try:
        text = _read(file, "mqtt.credentials_file").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DeliveryFailed(expected) from error
    user, password, *_ = [*text.splitlines(), "", ""]
    if not all(0 < len(each.encode()) <= MOST_BYTES for each in (user, password)):
        raise DeliveryFailed(expected)
    return user, password


def trusted_until(connection: object) -> datetime | None:
    """When the broker's certificate ends, in UTC; None without TLS."""
    if not isinstance(connection, ssl.SSLSocket):
        return None
    try:
        certificate = connection.getpeercert() or {}
    except (OSError, ValueError):  # it is lost again already
        return None
    end = certificate.get("notAfter")
    if not isinstance(end, str):
        return None
    return datetime.fromtimestamp(ssl.cert_time_to_seconds(end), UTC)


def ending_trust(until: datetime | None, now: datetime) -> Problem | None:
    """What is to be done about a broker's certificate that ends soon."""
    if not until or until - now > SOON:
        return None
    return Problem(
        "delivery",
        f"The broker's certificate ends on {until:%Y-%m-%d}, and nothing is delivered "
        "after that.",
        "Renew it at the broker.",
    )


def ending_files(config: MqttConfig, now: datetime) -> Iterator[Problem]:
    """What is to be done about certificates of this device that do not hold for long.

    now: by a clock that is right. What cannot be read is for tls_context to tell.
    """
    if not config.tls:
        return
    if config.certificate_file and (own := _holding(config.certificate_file)):
        # With what vouches for it, of which nothing may have ended.
        begins, ends = max(e.begins for e in own), min(e.ends for e in own)
        what = f"This device's certificate, {config.certificate_file},"
        fix = "Have a new one made, and put it there (mqtt.certificate_file)."
        yield from _unlasting(what, Validity(begins, ends), now, fix)
    if config.ca_file and (trusted := _holding(config.ca_file)):
        # An old authority may stand there beside the new one.
        begins, ends = min(e.begins for e in trusted), max(e.ends for e in trusted)
        what = f"The certificate of the broker's authority, {config.ca_file},"
        fix = "Put there that of the one which signs the broker's now (mqtt.ca_file)."
        yield from _unlasting(what, Validity(begins, ends), now, fix)


def _holding(file: Path) -> list[Validity]:
    with suppress(OSError, ValueError):
        return validities(file.read_bytes())
    return []


def _unlasting(
    what: str, holds: Validity, now: datetime, fix: str
) -> Iterator[Problem]:
    if now < holds.begins:
        says = f"does not hold before {holds.begins:%Y-%m-%d}"
    elif now > holds.ends:
        says = f"has ended on {holds.ends:%Y-%m-%d}"
    elif holds.ends - now <= SOON:
        says = (
            f"ends on {holds.ends:%Y-%m-%d}, and perhaps nothing is delivered after "
            "that"
        )
    else:
        return
    yield Problem("delivery", f"{what} {says}.", fix)


def _trusting(ca_file: Path | None) -> ssl.SSLContext:
    if not ca_file:
        return ssl.create_default_context()
    _read(ca_file, "mqtt.ca_file")
    try:
        return ssl.create_default_context(cafile=ca_file)
    except ssl.SSLError as error:
        raise DeliveryFailed(
            f"{ca_file}: holds no certificate in PEM ({error.reason}); change "
            "mqtt.ca_file."
        ) from error
    except OSError as error:
        raise _unreadable(ca_file, "mqtt.ca_file", error) from error


def _identify(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    if b"CERTIFICATE-----" not in _read(certificate, "mqtt.certificate_file"):
        raise DeliveryFailed(
            f"{certificate}: holds no certificate in PEM; change mqtt.certificate_file."
        )
    if b"PRIVATE KEY-----" not in _read(key, "mqtt.key_file"):
        raise DeliveryFailed(
            f"{key}: holds no private key in PEM; change mqtt.key_file."
        )
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        context.load_cert_chain(certificate, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            hint = (
                f"is not the key of {certificate}; set mqtt.key_file and "
                "mqtt.certificate_file to two that belong together"
            )
        else:
            hint = (
                f"cannot be used with {certificate}, perhaps because it has a "
                "password; take that off (openssl pkey), or make both anew"
            )
        raise DeliveryFailed(f"{key}: {hint}.") from error
    except OSError as error:  # it is gone since
        setting = "mqtt.certificate_file or mqtt.key_file"
        raise _unreadable(certificate, setting, error) from error


def _read(file: Path, setting: str) -> bytes:
    """Raise DeliveryFailed."""
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unreadable(file, setting, error) from error


def _unreadable(file: Path, setting: str, error: OSError) -> DeliveryFailed:
    return DeliveryFailed(
        f"{file}: cannot be read ({error.strerror}); create it, give edge-anpr the "
        f"right to read it, or change {setting}."
    )
