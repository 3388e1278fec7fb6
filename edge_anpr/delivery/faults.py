"""Say what keeps this device from its broker, and which setting may be wrong."""

import socket
import ssl

from edge_anpr.config.delivery import MqttConfig

# What OpenSSL calls an answer in which it finds no TLS.
NO_TLS = {
    "WRONG_VERSION_NUMBER",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
    "PACKET_LENGTH_TOO_LONG",
    "RECORD_LAYER_FAILURE",
    "UNEXPECTED_MESSAGE",
}
TOO_OLD = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION"}

# What OpenSSL finds wrong with a certificate: X509_V_ERR_… in x509_vfy.h.
NOT_YET_VALID = 9
EXPIRED = 10
UNKNOWN_ISSUER = {2, 18, 19, 20, 21}
OTHER_NAME = {62, 64}  # host name, address

# Reason codes of MQTT 5, section 2.4.
NOT_AUTHORISED = {0x86, 0x87}
UNSUPPORTED_VERSION = 0x84
ID_INVALID = 0x85


def out_of_reach(config: MqttConfig, error: OSError) -> str:
    """No connection could be opened."""
    return f"{where(config)}: {_why(config, error)}."


def unanswered(config: MqttConfig, *, hung_up: bool) -> str:
    """It stood, and nobody said yes or no."""
    if not hung_up:
        return (
            f"{where(config)}: no answer in time; see whether the broker is well, and "
            "mqtt.port that of a broker."
        )
    if not config.tls:
        hint = "set mqtt.tls to true if it expects TLS"
    elif config.certificate_file:
        hint = "see whether it accepts mqtt.certificate_file"
    else:
        hint = "set mqtt.certificate_file and mqtt.key_file if it asks for them"
    return (
        f"{where(config)}: it hangs up without an answer; {hint}, or correct mqtt.port."
    )


def refused(config: MqttConfig, code: int, says: str) -> str:
    """The broker said no. code: a reason code of MQTT 5; says: the same in words."""
    sentence = f"{where(config)}: the broker refuses the connection: {says}"
    if code in NOT_AUTHORISED and config.credentials_file:
        hint = f"check user name and password in {config.credentials_file} "
        return f"{sentence}; {hint}(mqtt.credentials_file)."
    if code in NOT_AUTHORISED:
        hint = "it may ask for user name and password: set mqtt.credentials_file"
    elif code == UNSUPPORTED_VERSION:
        hint = "set mqtt.protocol to another version or to auto"
    elif code == ID_INVALID:
        hint = "it may not like device.id: choose another"
    else:
        hint = "see the broker's log"
    return f"{sentence}; {hint}."


def where(config: MqttConfig) -> str:
    return f"{config.host}:{config.port}"


def _why(config: MqttConfig, error: OSError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrust(config, error)
    if isinstance(error, ssl.SSLError) and error.reason in TOO_OLD:
        return "it speaks no TLS of version 1.2 or later; upgrade the broker"
    if config.tls and _is_without_tls(error):
        return (
            "it does not answer in TLS; correct mqtt.port (usually 8883 with TLS, 1883 "
            "without), or set mqtt.tls to false"
        )
    why = error.strerror or str(error) or type(error).__name__
    hint = "see to the network, or correct mqtt.host and mqtt.port"
    if isinstance(error, socket.gaierror):
        why = f"there is no such name, or it cannot be looked up ({why})"
        hint = "correct mqtt.host, or see to the network and its name server"
    elif isinstance(error, ConnectionRefusedError):
        why = f"nothing listens there ({why})"
        hint = "start the broker, or correct mqtt.host and mqtt.port"
    elif isinstance(error, TimeoutError):
        why = "no answer in time"
    return f"{why}; {hint}"


def _is_without_tls(error: OSError) -> bool:
    if isinstance(error, ssl.SSLError):
        return error.reason in NO_TLS or isinstance(error, ssl.SSLEOFError)
    # Who has let somebody in and then hangs up or is silent, does so in the handshake.
    is_late = isinstance(error, TimeoutError) and "handshake" in str(error)
    return is_late or isinstance(error, ConnectionResetError)


def _distrust(config: MqttConfig, error: ssl.SSLCertVerificationError) -> str:
    code, says = error.verify_code, error.verify_message.rstrip(".")
    if code == NOT_YET_VALID:
        hint = "set this device's clock, or correct the broker's"
    elif code == EXPIRED:
        hint = "renew it at the broker, or see whether this device's clock is right"
    elif code in OTHER_NAME:
        hint = "set mqtt.host to a name in it, or give the broker one with this name"
    elif code not in UNKNOWN_ISSUER:
        hint = "see to the broker's certificate"
    elif config.ca_file:
        hint = f"{config.ca_file} is not of who signed it: correct mqtt.ca_file"
    else:
        hint = "set mqtt.ca_file to the certificate of the authority that signed it"
    return f"the broker's certificate is not accepted: {says}; {hint}"
