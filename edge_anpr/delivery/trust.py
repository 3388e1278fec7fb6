"""Who the broker is and who we are: certificates, user name and password."""

import ssl
from pathlib import Path

from edge_anpr.config.delivery import MqttConfig
from edge_anpr.errors import DeliveryFailed


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
    try:
        context = ssl.create_default_context(cafile=config.ca_file)
        if config.certificate_file:
            context.load_cert_chain(config.certificate_file, config.key_file)
    except OSError as error:  # ssl.SSLError is one
        files = [config.ca_file, config.certificate_file, config.key_file]
        names = ", ".join(str(each) for each in files if each)
        raise DeliveryFailed(f"{names}: {plain(error)}") from error
    context.sslsocket_class = _TlsSocket
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def credentials(file: Path) -> tuple[str, str]:
    """User name and password; raise DeliveryFailed."""
    try:
        user, password, *_ = [*file.read_text(encoding="utf-8").splitlines(), "", ""]
    except (OSError, UnicodeDecodeError) as error:
        raise DeliveryFailed(f"{file}: cannot be read ({error}).") from error
    if not user or not password:
        raise DeliveryFailed(
            f"{file}: expected the user name on the first line and the password on "
            "the second."
        )
    return user, password


def plain(error: OSError) -> str:
    """What went wrong with a connection, for people."""
    if isinstance(error, ssl.SSLCertVerificationError):
        # A device whose clock has not been set yet finds every certificate too young.
        return f"the broker's certificate is not accepted: {error.verify_message}"
    return error.strerror or str(error) or type(error).__name__
