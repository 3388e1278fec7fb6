"""A real Mosquitto with the configuration, the ACL and the scripts that ship."""

import math
import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Event, Thread
from time import monotonic

import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

DEPLOY = Path(__file__).parent.parent / "deploy" / "broker"
# Debian keeps the broker where only root looks.
MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
AT_LEAST_ONCE = 1
UNACCEPTABLE_VERSION = b"\x20\x02\x00\x01"  # what a broker of 3.1.1 says to 5
WITHIN_S = 20.0  # for what takes a moment, on a busy machine


def wait_until(condition: Callable[[], bool], within_s: float = WITHIN_S) -> None:
    pause, end_s = Event(), monotonic() + within_s
    while not condition():
        assert monotonic() < end_s, "it did not happen in time"
        pause.wait(0.02)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def run(*command: object, **environment: str) -> str:
    return subprocess.run(
        [str(each) for each in command],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
    ).stdout


class Mosquitto:
    """A broker that can be stopped, killed and started again on its port."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.host = "127.0.0.1"
        self.extra = ""  # lines of configuration
        self._process: subprocess.Popen[bytes] | None = None
        shutil.copy(DEPLOY / "edge-anpr.acl", folder)
        self.authority = folder / "certs"
        self.replace_authority()

    @property
    def ca_file(self) -> Path:
        return self.authority / "ca.crt"

    def replace_authority(self) -> None:
        """Another one vouches for the broker from its next start on."""
        shutil.rmtree(self.authority, ignore_errors=True)
        run(DEPLOY / "certificates.sh", "authority", self.authority)
        self.certify()

    def certify(self, days: int = 30) -> None:
        """Give the broker a certificate; of less than 0 days, an expired one."""
        script = DEPLOY / "certificates.sh"
        run(script, "broker", self.authority, "127.0.0.1", "localhost", DAYS=str(days))

    def certify_device(self, name: str, days: int = 30) -> tuple[Path, Path]:
        """A certificate and its key; of less than 0 days, an expired one."""
        script = DEPLOY / "certificates.sh"
        run(script, "device", self.authority, name, DAYS=str(days))
        return self.authority / f"{name}.crt", self.authority / f"{name}.key"

    def start(self) -> None:
        assert MOSQUITTO
        shipped = (DEPLOY / "mosquitto.conf").read_text()
        ours = shipped.replace("/etc/mosquitto", str(self.folder)).replace(
            "listener 8883", f"listener {self.port} {self.host}"
        )
        file = self.folder / "mosquitto.conf"
        file.write_text(
            f"{ours}\npersistence_location {self.folder}/\npid_file {self._pid_file}\n"
            f"autosave_on_changes true\nuser root\n{self.extra}\n"
        )
        with (self.folder / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen(
                [MOSQUITTO, "-c", file], stdout=log, stderr=log
            )
        wait_until(self._answers)

    def freeze(self) -> None:
        """It takes what is sent and answers nothing."""
        assert self._process
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process
        self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process:
            self.thaw()
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def add(self, name: str) -> Path:
        """The credentials file of a device or a receiver."""
        acl = (self.folder / "edge-anpr.acl").read_text()
        command = "receiver" if f"user {name}\n" in acl else "add"
        file = self.folder / f"{name}.credentials"
        file.write_text(self.fleet(command, name))
        return file

    def fleet(self, *command: str) -> str:
        """What deploy/broker/fleet.sh says."""
        options = ["--dir", self.folder, "--pid-file", self._pid_file]
        return run(DEPLOY / "fleet.sh", *options, *command)

    @property
    def _pid_file(self) -> Path:
        return self.folder / "mosquitto.pid"

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, (self.folder / "mosquitto.log").read_text()
        # An open port is not enough: until its loop runs, SIGHUP ends the broker.
        anybody = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        anybody.check_hostname = False
        anybody.verify_mode = ssl.CERT_NONE
        try:
            with socket.create_connection((self.host, self.port), WITHIN_S) as caller:
                anybody.wrap_socket(caller).close()
        except OSError:
            return False
        return True

    def _end(self, how: signal.Signals) -> None:
        if self._process:
            self._process.send_signal(how)
            status = self._process.wait(WITHIN_S)
            assert status in {0, -signal.SIGKILL}, f"the broker ended with {status}"
            self._pid_file.unlink(missing_ok=True)
        self._process = None


@dataclass(frozen=True, slots=True)
class Received:
    """A message as a receiver gets it."""

    topic: str
    payload: bytes
    retain: bool
    labels: tuple[tuple[str, str], ...]
    content_type: str | None


class Receiver:
    """Keeps everything it receives; what comes while it is away is not for it."""

    def __init__(self, broker: Mosquitto, credentials: Path, topic: str) -> None:
        self.messages: list[Received] = []
        self._news = Condition()
        self.subscriptions = 0
        self._topic = topic
        self._client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=credentials.stem,
            protocol=MQTTProtocolVersion.MQTTv5,
        )
        user, password = credentials.read_text().splitlines()
        self._client.username_pw_set(user, password)
        self._client.tls_set(str(broker.ca_file))
        self._client.reconnect_delay_set(1, 1)
        self._client.on_connect = self._connected
        self._client.on_subscribe = self._subscribed
        self._client.on_message = self._received
        self._client.connect(broker.host, broker.port)
        self._client.loop_start()
        self.wait_for_subscription(1)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()

    def wait_for_subscription(self, number: int) -> None:
        with self._news:
            assert self._news.wait_for(lambda: self.subscriptions >= number, WITHIN_S)

    def wait_for(self, number: int) -> list[Received]:
        """At least so many messages."""
        with self._news:
            assert self._news.wait_for(lambda: len(self.messages) >= number, WITHIN_S)
            return list(self.messages)

    def of(self, kind: str) -> list[Received]:
        with self._news:
            return [each for each in self.messages if each.topic.endswith(f"/{kind}")]

    def _connected(self, *_: object) -> None:
        self._client.subscribe(self._topic, AT_LEAST_ONCE)

    def _subscribed(self, *_: object) -> None:
        with self._news:
            self.subscriptions += 1
            self._news.notify_all()

    def _received(self, _client: Client, _: object, message: MQTTMessage) -> None:
        properties = message.properties
        received = Received(
            message.topic,
            bytes(message.payload),
            message.retain,
            tuple(getattr(properties, "UserProperty", ())),
            getattr(properties, "ContentType", None),
        )
        with self._news:
            self.messages.append(received)
            self._news.notify_all()


class Wire:
    """Stands between client and broker, below TLS, and can cut the line.

    It can also pose as a broker that knows MQTT 3.1.1 only, where there is no TLS.
    """

    def __init__(self, broker: Mosquitto, answer_to_v5: bytes | None = None) -> None:
        self.answer_to_v5 = answer_to_v5  # then it hangs up
        self._broker = broker
        self._open: list[socket.socket] = []
        self._cut_after_bytes: int | None = None
        self.calls = 0
        self.bytes_per_s = math.inf  # from the client, on each of its connections
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        Thread(target=self._accept, daemon=True).start()

    def cut_after(self, sent_bytes: int) -> None:
        """Cut once the client has sent so much more; the broker may have it or not."""
        self._cut_after_bytes = sent_bytes

    def cut(self) -> None:
        for each in self._open:
            _shut(each)
        self._open.clear()

    def close(self) -> None:
        _shut(self._listener)
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            self.calls += 1
            Thread(target=self._carry, args=[caller], daemon=True).start()

    def _carry(self, caller: socket.socket) -> None:
        with caller:
            first = caller.recv(65536)
            level = first.partition(b"MQTT")[2][:1]  # as CONNECT has it
            if self.answer_to_v5 is not None and level == b"\x05":
                caller.sendall(self.answer_to_v5)
                return
            try:
                broker = socket.create_connection(
                    (self._broker.host, self._broker.port)
                )
            except OSError:
                return
            with broker:
                self._open += [caller, broker]
                broker.sendall(first)
                back = Thread(target=_pump, args=[broker, caller], daemon=True)
                back.start()
                self._pump_counting(caller, broker)
                _shut(broker)
                back.join(WITHIN_S)

    def _pump_counting(self, caller: socket.socket, broker: socket.socket) -> None:
        try:
            while data := caller.recv(4096):
                broker.sendall(data)
                Event().wait(len(data) / self.bytes_per_s)
                if self._cut_after_bytes is not None:
                    self._cut_after_bytes -= len(data)
                    if self._cut_after_bytes <= 0:
                        self._cut_after_bytes = None
                        return _shut(caller)
        except OSError:
            return None
        return None


def _pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(4096):
            target.sendall(data)
    except OSError:
        pass
    _shut(target)


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    """Running, with TLS, passwords and the ACL of a fleet."""
    if not MOSQUITTO or not shutil.which("mosquitto_passwd"):
        pytest.skip("Mosquitto is not installed (apt install mosquitto).")
    broker = Mosquitto(tmp_path)
    broker.add("home-assistant")
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


@pytest.fixture
def receiver(mosquitto: Mosquitto) -> Iterator[Receiver]:
    """Reads everything, as Home Assistant may."""
    file = mosquitto.folder / "home-assistant.credentials"
    receiver = Receiver(mosquitto, file, "edge-anpr/#")
    try:
        yield receiver
    finally:
        receiver.close()
