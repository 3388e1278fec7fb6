"""What `check` and the service say of a broker, tried on real ones."""

from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TypeAlias

import pytest

from edge_anpr.config.delivery import MqttConfig, MqttProtocol
from edge_anpr.delivery.faults import refused
from edge_anpr.delivery.mqtt import MqttLine
from edge_anpr.errors import DeliveryFailed
from tests.broker import DEPLOY, Mosquitto, free_port, run
from tests.delivery.pole import POLE
from tests.delivery.pole import config as _config

Settings: TypeAlias = dict[str, object]
Case: TypeAlias = Callable[[Mosquitto], Settings]

NO_TLS = (
    "{broker}: it does not answer in TLS; correct mqtt.port (usually 8883 with TLS, "
    "1883 without), or set mqtt.tls to false."
)
REFUSES = "{broker}: the broker refuses the connection: Not authorized; "
DISTRUSTS = "{broker}: the broker's certificate is not accepted: "
HANGS_UP = "{broker}: it hangs up without an answer; "
UNREADABLE = "create it, give edge-anpr the right to read it, or change "
EXPECTED = "expected the user name on the first line and the password on the second; "
TO_BE_FOUND = "; correct mqtt.host, or see to the network and its name server."


def _says(broker: Mosquitto, settings: Settings) -> str:
    config = _config(broker, **settings)
    with pytest.raises(DeliveryFailed) as fault:
        MqttLine(config, POLE).connect()
    where = f"{config.host}:{config.port}"
    return str(fault.value).replace(where, "{broker}").replace(str(broker.folder), "")


def _written(broker: Mosquitto, text: str) -> Path:
    file = broker.folder / "file"
    file.write_text(text)
    return file


def _plain_port(broker: Mosquitto) -> int:
    port = free_port()
    broker.stop()
    broker.extra = f"listener {port} {broker.host}"
    broker.start()
    return port


def _of_strangers(broker: Mosquitto) -> Path:
    folder = broker.folder / "strangers"
    run(DEPLOY / "certificates.sh", "authority", folder)
    return folder / "ca.crt"


def _certified(broker: Mosquitto, certificate: str, key: str) -> Settings:
    for name in {certificate, key}:
        broker.certify_device(name)
    return {
        "certificate_file": broker.authority / f"{certificate}.crt",
        "key_file": broker.authority / f"{key}.key",
    }


def _with_a_locked_key(broker: Mosquitto) -> Settings:
    settings = _certified(broker, POLE, POLE)
    locked = broker.folder / "locked.key"
    key = settings["key_file"]
    run("openssl", "pkey", "-in", key, "-aes128", "-passout", "pass:x", "-out", locked)
    return {**settings, "key_file": locked}


def _the_wrong_way_round(broker: Mosquitto) -> Settings:
    right = _certified(broker, POLE, POLE)
    return {
        "certificate_file": right["key_file"],
        "key_file": right["certificate_file"],
    }


def _wants_a_certificate(broker: Mosquitto) -> Settings:
    broker.stop()
    broker.extra = "require_certificate true"
    broker.start()
    return {}


def _has_expired(broker: Mosquitto) -> Settings:
    broker.stop()
    broker.certify(days=-1)
    broker.start()
    return {}


def _is_called_otherwise(broker: Mosquitto) -> Settings:
    broker.stop()
    run(DEPLOY / "certificates.sh", "broker", broker.authority, "broker.example")
    broker.start()
    return {}


def _with(**settings: object) -> Case:
    return lambda _: settings


CASES: dict[str, tuple[Case, str]] = {
    "a TLS port, spoken to without": (
        _with(tls=False),
        HANGS_UP + "set mqtt.tls to true if it expects TLS, or correct mqtt.port.",
    ),
    "a port without TLS, spoken to with": (
        lambda broker: {"port": _plain_port(broker)},
        NO_TLS,
    ),
    "another authority": (
        lambda broker: {"ca_file": _of_strangers(broker)},
        DISTRUSTS + "self-signed certificate in certificate chain; "
        "/strangers/ca.crt is not of who signed it: correct mqtt.ca_file.",
    ),
    "no authority": (
        _with(ca_file=None),
        DISTRUSTS + "self-signed certificate in certificate chain; set mqtt.ca_file to "
        "the certificate of the authority that signed it.",
    ),
    "an authority that is no certificate": (
        lambda broker: {"ca_file": _written(broker, "hello")},
        "/file: holds no certificate in PEM (NO_CERTIFICATE_OR_CRL_FOUND); change "
        "mqtt.ca_file.",
    ),
    "an authority's file that is missing": (
        _with(ca_file=Path("/nowhere/ca.crt")),
        "/nowhere/ca.crt: cannot be read (No such file or directory); "
        f"{UNREADABLE}mqtt.ca_file.",
    ),
    "a key of another certificate": (
        lambda broker: _certified(broker, POLE, "pole-8"),
        "/certs/pole-8.key: is not the key of /certs/pole-7.crt; set mqtt.key_file and "
        "mqtt.certificate_file to two that belong together.",
    ),
    "a key that is none": (
        lambda broker: {
            **_certified(broker, POLE, POLE),
            "key_file": _written(broker, "hello"),
        },
        "/file: holds no private key in PEM; change mqtt.key_file.",
    ),
    "certificate and key the wrong way round": (
        _the_wrong_way_round,
        "/certs/pole-7.key: holds no certificate in PEM; change mqtt.certificate_file.",
    ),
    "a key with a password": (
        _with_a_locked_key,
        "/locked.key: cannot be used with /certs/pole-7.crt, perhaps because it has a "
        "password; take that off (openssl pkey), or make both anew.",
    ),
    "a certificate that the broker wants": (
        _wants_a_certificate,
        HANGS_UP + "set mqtt.certificate_file and mqtt.key_file if it asks for them, "
        "or correct mqtt.port.",
    ),
    "a certificate that has expired": (
        _has_expired,
        DISTRUSTS + "certificate has expired; renew it at the broker, or see whether "
        "this device's clock is right.",
    ),
    "a certificate with another name": (
        _is_called_otherwise,
        DISTRUSTS + "IP address mismatch, certificate is not valid for '127.0.0.1'; "
        "set mqtt.host to a name in it, or give the broker one with this name.",
    ),
    "credentials that are missing": (
        _with(credentials_file=Path("/nowhere/pole")),
        "/nowhere/pole: cannot be read (No such file or directory); "
        f"{UNREADABLE}mqtt.credentials_file.",
    ),
    "credentials that say too little": (
        lambda broker: {"credentials_file": _written(broker, "pole-7\n")},
        f"/file: {EXPECTED}correct it, or change mqtt.credentials_file.",
    ),
    "no credentials": (
        _with(credentials_file=None),
        REFUSES + "it may ask for user name and password: set mqtt.credentials_file.",
    ),
    "another password": (
        lambda broker: {"credentials_file": _written(broker, "pole-7\nwrong\n")},
        REFUSES + "check user name and password in /file (mqtt.credentials_file).",
    ),
    "another password, in MQTT 3.1.1": (
        lambda broker: {
            "credentials_file": _written(broker, "pole-7\nwrong\n"),
            "protocol": MqttProtocol.V311,
        },
        REFUSES + "check user name and password in /file (mqtt.credentials_file).",
    ),
    "a port on which nobody listens": (
        lambda _: {"port": free_port()},
        "{broker}: nothing listens there (Connection refused); start the broker, or "
        "correct mqtt.host and mqtt.port.",
    ),
}


@pytest.mark.broker
@pytest.mark.parametrize("name", CASES)
def test_each_fault_has_a_sentence_that_names_setting_and_remedy(
    name: str, mosquitto: Mosquitto
) -> None:
    case, sentence = CASES[name]
    assert _says(mosquitto, case(mosquitto)) == sentence


@pytest.fixture
def http() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def _fault_at(port: int, **settings: object) -> str:
    config = MqttConfig(host="127.0.0.1", port=port, timeout_s=0.5)
    line = MqttLine(config.model_copy(update=settings), POLE)
    with pytest.raises(DeliveryFailed) as fault:
        line.connect()
    return str(fault.value).replace(f"127.0.0.1:{port}", "{broker}")


def test_a_web_server_is_no_broker(http: ThreadingHTTPServer) -> None:
    at = partial(_fault_at, http.server_port)
    assert at() == NO_TLS
    assert at(tls=False) == (
        "{broker}: no answer in time; see whether the broker is well, and mqtt.port "
        "that of a broker."
    )


def test_a_name_that_nobody_knows_is_said_to_be_none() -> None:
    with pytest.raises(DeliveryFailed, match="there is no such name") as fault:
        MqttLine(MqttConfig(host="broker.invalid"), POLE).connect()
    assert str(fault.value).endswith(TO_BE_FOUND)


@pytest.mark.parametrize("code", range(0x80, 0xA3))
def test_every_refusal_says_what_to_do(code: int) -> None:
    sentence = refused(MqttConfig(host="broker"), code, "No")
    assert sentence.startswith("broker:8883: the broker refuses the connection: No; ")
    assert sentence.endswith(".")
