"""A broker of one's own on the loopback address, for as long as it is needed."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic

from edge_anpr.config.delivery import MqttConfig, MqttProtocol
from edge_anpr.demo import embedded
from edge_anpr.errors import BrokerMissing
from edge_anpr.runtime.signals import ending_signals_let_through

HOST = "127.0.0.1"
READY_WITHIN_S = 10.0
END_WITHIN_S = 3.0
LOOK_S = 0.05


@dataclass(frozen=True, slots=True)
class Broker:
    """Where it listens, and what it is."""

    name: str
    port: int
    protocol: MqttProtocol

    @property
    def config(self) -> MqttConfig:
        """How to reach it; nobody but this computer can."""
        return MqttConfig(
            host=HOST, port=self.port, tls=False, protocol=self.protocol, timeout_s=5.0
        )

    @property
    def url(self) -> str:
        return f"mqtt://{HOST}:{self.port}"


@contextmanager
def running_broker(folder: Path, *, must_be_embedded: bool) -> Iterator[Broker]:
    """Mosquitto where it is installed, otherwise aMQTT; raise BrokerMissing."""
    # Debian keeps it where only root looks.
    mosquitto = shutil.which("mosquitto") or shutil.which(
        "mosquitto", path="/usr/sbin:/usr/local/sbin:/opt/homebrew/sbin"
    )
    port = free_port()
    if mosquitto and not must_be_embedded:
        with _mosquitto(mosquitto, folder, port):
            yield Broker("Mosquitto", port, MqttProtocol.AUTO)
    elif embedded.is_installed():
        with embedded.serving(HOST, port):
            yield Broker("aMQTT", port, MqttProtocol.V311)  # it knows no MQTT 5
    else:
        raise BrokerMissing(
            "There is no broker to show it with; install Mosquitto, or edge-anpr with "
            "its extra: pip install 'edge-anpr[demo]'."
        )


@contextmanager
def _mosquitto(program: str, folder: Path, port: int) -> Iterator[None]:
    settings, log = folder / "mosquitto.conf", folder / "mosquitto.log"
    settings.write_text(f"listener {port} {HOST}\nallow_anonymous true\n")
    with log.open("wb") as file, ending_signals_let_through():
        process = subprocess.Popen(  # noqa: S603 (a program found on this computer)
            [program, "-c", str(settings)],
            stdout=file,
            stderr=file,
            start_new_session=True,  # Ctrl-C is for us; it has to outlast the daemon
        )
    try:
        _wait_for(port, process, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(END_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    pause, end_s = Event(), monotonic() + READY_WITHIN_S
    while process.poll() is None and monotonic() < end_s:
        with socket.socket() as caller:
            if caller.connect_ex((HOST, port)) == 0:
                return
        pause.wait(LOOK_S)
    said = log.read_text(errors="replace").strip().splitlines()[-1:]
    raise BrokerMissing(f"Mosquitto does not start: {' '.join(said) or 'no answer'}.")


def free_port() -> int:
    """A port of this computer that nobody listens on just now."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        return int(listener.getsockname()[1])
