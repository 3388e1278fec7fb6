"""One client's line to an MQTT broker; the only file that knows paho.

A connection that is lost stays lost until connect() is called again: when to do so is
the caller's decision, and paho's own retries and queue are not used. Every connection
has a new paho client, so that nothing left over from the last one is sent twice.
"""

import contextlib
import logging
import math
import socket
from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from threading import Condition
from time import monotonic

from paho.mqtt.client import (
    Client,
    ConnectFlags,
    DisconnectFlags,
    MQTTMessage,
    error_string,
)
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from edge_anpr.config.delivery import MqttConfig, MqttProtocol
from edge_anpr.delivery.faults import (
    UNSUPPORTED_VERSION,
    out_of_reach,
    refused,
    unanswered,
    where,
)
from edge_anpr.delivery.messages import Message
from edge_anpr.delivery.rivalry import Ending
from edge_anpr.delivery.trust import credentials, tls_context, trusted_until
from edge_anpr.errors import (
    DeliveryFailed,
    DeliveryForbidden,
    DeliveryRefused,
    HungUp,
    TimedOut,
)

log = logging.getLogger(__name__)

AT_LEAST_ONCE = 1  # quality of service

# Reason codes of MQTT 5, section 2.4.
FAILURE = 0x80  # and above
# What a second try cannot mend. Not being authorised is not among them: someone will
# correct the broker's settings, and until then nothing may be lost.
NEVER = (0x90, 0x95, 0x99)  # topic invalid, packet too large, payload invalid
TAKEN_OVER = 0x8E  # by another client of the same name
WITHOUT_A_WORD = (0x80, 0x95)  # unspecified, or the packet is too large

DOUBTFUL_TRIES = 3  # unanswered in a row: the broker is perhaps not the one it was


class _Unanswered(DeliveryFailed):
    """The broker said neither yes nor no to a connection."""


class MqttLine:
    """To be used from one thread, but for hurry; on_message is called from another."""

    def __init__(
        self,
        config: MqttConfig,
        client_id: str,
        will: Message | None = None,
        on_message: Callable[[str, bytes], None] | None = None,
    ) -> None:
        self._config = config
        self.trusted_until: datetime | None = None
        self._client_id = client_id
        self._will = will
        self._on_message = on_message
        self._client: Client | None = None
        self._v5 = config.protocol is not MqttProtocol.V311
        self._knows_version = config.protocol is not MqttProtocol.AUTO
        self._unanswered = 0  # in a row, in a version that it was known to speak
        self._news = Condition()  # guards what paho's thread reports, below
        self._accepted: ReasonCode | None = None
        self._answers: dict[int, list[ReasonCode]] = {}  # by packet identifier
        self._lost: str | None = None  # why
        self._hung_up = False  # it was the broker, or the network
        self._taken_over = False  # as the broker says
        self._max_packet_bytes: int | None = None  # as the broker says
        self._ended_s = math.inf  # by the monotonic clock: lost
        self._since_s = math.inf  # by the same: connected
        self._over_s = math.inf  # by the same: nothing is waited for then

    @property
    def is_connected(self) -> bool:
        with self._news:
            return self._client is not None and self._lost is None

    @property
    def held_s(self) -> float:
        with self._news:
            return min(monotonic(), self._ended_s) - self._since_s

    @property
    def ending(self) -> Ending | None:
        """How the broker has ended the last connection; None: instead of an answer."""
        with self._news:
            if self._taken_over:
                return Ending.TAKEN_OVER
            was_idle = self._client is not None and self._lost is not None
            return Ending.HUNG_UP if was_idle and self._hung_up else None

    def connect(self) -> None:
        """Raise DeliveryFailed when the broker is out of reach or will not have us."""
        answer = self._try_versions()
        if answer.value >= FAILURE:
            self._hang_up()
            raise DeliveryFailed(refused(self._config, answer.value, str(answer)))
        self._since_s = monotonic()
        self.trusted_until = trusted_until(self._client and self._client.socket())

    def publish(self, message: Message) -> None:
        """Return once the broker has it; raise DeliveryFailed or DeliveryRefused.

        DeliveryForbidden when the broker lets this device write no such message now.
        HungUp or TimedOut when the connection or the broker's time ended instead.
        """
        properties = (
            self._properties(PacketTypes.PUBLISH, message) if self._v5 else None
        )
        self._check_size(message, properties)
        info = self._connected().publish(
            message.topic, message.payload, AT_LEAST_ONCE, message.retain, properties
        )
        answer = self._answer(info.mid, info.rc)[0]
        if answer.value in NEVER:
            raise DeliveryRefused(f"the broker says: {answer}")
        if answer.value >= FAILURE:
            raise DeliveryForbidden(f"the broker says to {message.topic}: {answer}")

    def subscribe(self, filters: Sequence[str]) -> None:
        """Raise DeliveryFailed, and DeliveryRefused when it may not read them."""
        rc, mid = self._connected().subscribe(
            [(each, AT_LEAST_ONCE) for each in filters]
        )
        for answer in self._answer(mid or 0, rc):
            if answer.value >= FAILURE:
                raise DeliveryRefused(f"the broker says to a subscription: {answer}")

    def disconnect(self) -> None:
        """Say goodbye, so that the will is not sent."""
        if self._client and self.is_connected:
            self._client.disconnect()
            self._wait_until(lambda: self._lost is not None)
        self._hang_up()
        self._over_s = math.inf

    def hurry(self, limit_s: float) -> None:
        """Wait for the broker for no longer than this in all, until disconnect().

        From any thread; what waits now gives up in time, with DeliveryFailed. Only a
        connection that is being opened now may outlast it, by timeout_s.
        """
        with self._news:
            self._over_s = min(self._over_s, monotonic() + limit_s)
            self._news.notify_all()

    def _try_versions(self) -> ReasonCode:
        if not self._knows_version:
            self._v5 = True  # its silence may have had another cause last time
        try:
            answer = self._try_to_connect()
        except _Unanswered:
            if self._knows_version or monotonic() >= self._over_s:
                self._doubt_version()
                raise
            log.info("The broker does not answer in MQTT 5; trying 3.1.1.")
            self._v5 = False
            return self._try_to_connect()
        self._unanswered = 0
        if self._v5 and self._config.protocol is MqttProtocol.AUTO:
            self._knows_version = True
            if answer.value == UNSUPPORTED_VERSION:
                log.info("The broker does not know MQTT 5; using 3.1.1.")
                self._v5 = False
                return self._try_to_connect()
        return answer

    def _doubt_version(self) -> None:
        """Another broker may have taken its place, which speaks another version."""
        self._unanswered += 1
        if self._unanswered >= DOUBTFUL_TRIES:
            self._unanswered = 0
            self._knows_version = self._config.protocol is not MqttProtocol.AUTO

    def _try_to_connect(self) -> ReasonCode:
        self._hang_up()
        with self._news:
            self._accepted = self._lost = None
            self._hung_up = self._taken_over = False
            self._ended_s = math.inf
            self._answers.clear()
            self._max_packet_bytes = None
        client = self._new_client()
        try:
            if self._v5:
                client.connect(
                    self._config.host or "",
                    self._config.port,
                    self._config.keepalive_s,
                    clean_start=not self._config.will_delay_s,
                    properties=self._session(),
                )
            else:
                client.connect(
                    self._config.host or "", self._config.port, self._config.keepalive_s
                )
        except OSError as error:
            raise DeliveryFailed(out_of_reach(self._config, error)) from error
        except UnicodeError as error:  # the resolver's
            why = socket.gaierror(str(error))
            raise DeliveryFailed(out_of_reach(self._config, why)) from error
        self._client = client
        client.loop_start()
        self._wait_until(lambda: bool(self._accepted or self._lost))
        with self._news:
            answer, lost = self._accepted, self._lost
        if answer is None:
            self._hang_up()
            raise _Unanswered(unanswered(self._config, hung_up=bool(lost)))
        return answer

    def _new_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._client_id,
            clean_session=None if self._v5 else True,
            protocol=(
                MQTTProtocolVersion.MQTTv5 if self._v5 else MQTTProtocolVersion.MQTTv311
            ),
            reconnect_on_failure=False,
        )
        with self._news:
            left_s = self._over_s - monotonic()
        if left_s <= 0:
            raise DeliveryFailed(f"{where(self._config)}: there is no time left")
        client.connect_timeout = min(self._config.timeout_s, left_s)
        client.on_connect = self._connected_or_not
        client.on_disconnect = self._disconnected
        client.on_publish = self._acknowledged
        client.on_subscribe = self._subscribed
        client.on_message = self._received
        if self._config.credentials_file:
            client.username_pw_set(*credentials(self._config.credentials_file))
        if self._config.tls:
            client.tls_set_context(tls_context(self._config))
        if self._will:
            client.will_set(
                self._will.topic,
                self._will.payload,
                AT_LEAST_ONCE,
                self._will.retain,
                self._properties(PacketTypes.WILLMESSAGE, self._will)
                if self._v5
                else None,
            )
        return client

    def _session(self) -> Properties:
        """Nothing is kept for a device, but its will may be held back so long."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self._config.will_delay_s
        return properties

    def _properties(self, packet: int, message: Message) -> Properties:
        properties = Properties(packet)  # type: ignore[no-untyped-call]
        properties.ContentType = message.content_type
        if message.labels:
            properties.UserProperty = list(message.labels)
        if message.expire_after_s:
            properties.MessageExpiryInterval = message.expire_after_s
        if packet == PacketTypes.WILLMESSAGE and self._config.will_delay_s:
            properties.WillDelayInterval = self._config.will_delay_s
        return properties

    def _check_size(self, message: Message, properties: Properties | None) -> None:
        payload_bytes, most = len(message.payload), self._config.max_message_bytes
        if payload_bytes > most:
            raise DeliveryRefused(
                f"it has {payload_bytes} bytes, and at most {most} are sent"
            )
        packet_bytes = _packet_bytes(message, properties)
        if self._max_packet_bytes and packet_bytes > self._max_packet_bytes:
            raise DeliveryRefused(
                f"its packet has {packet_bytes} bytes, and the broker takes at most "
                f"{self._max_packet_bytes}"
            )

    def _connected(self) -> Client:
        if self._client is None or not self.is_connected:
            raise DeliveryFailed(
                f"{where(self._config)}: {self._lost or 'not connected'}"
            )
        return self._client

    def _answer(self, mid: int, rc: MQTTErrorCode) -> list[ReasonCode]:
        """Wait for what the broker says to a packet; hang up when it says nothing."""
        if rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._wait_until(lambda: mid in self._answers or self._lost is not None)
            with self._news:
                if mid in self._answers:
                    return self._answers.pop(mid)
        with self._news:  # before we hang up, which looks the same
            why = self._lost or (error_string(rc) if rc else "no answer in time")
            fault = DeliveryFailed
            if self._lost and self._hung_up:
                fault = HungUp
            elif not (self._lost or rc or monotonic() >= self._over_s):
                fault = TimedOut
        self._hang_up()
        raise fault(f"{where(self._config)}: {why}")

    def _wait_until(self, has_happened: Callable[[], bool]) -> None:
        """Or until the broker has had its time."""
        end_s = monotonic() + self._config.timeout_s
        with self._news:
            while not has_happened():
                left_s = min(end_s, self._over_s) - monotonic()
                if left_s <= 0:
                    return
                self._news.wait(left_s)

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        if client is None:
            return
        line = client.socket()
        if isinstance(line, socket.socket):
            # paho's thread would otherwise wait until the broker has every message.
            # Not SSLSocket.shutdown, which takes TLS away under that thread's hands.
            with contextlib.suppress(OSError):
                socket.socket.shutdown(line, socket.SHUT_RDWR)
        client.loop_stop()

    # What follows is called from paho's thread.

    def _connected_or_not(
        self,
        _client: Client,
        _userdata: object,
        _flags: ConnectFlags,
        answer: ReasonCode,
        properties: Properties | None,
    ) -> None:
        with self._news:
            self._accepted = answer
            self._max_packet_bytes = getattr(properties, "MaximumPacketSize", None)
            self._news.notify_all()

    def _disconnected(
        self,
        _client: Client,
        _userdata: object,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        with self._news:
            self._lost = f"the connection was lost ({reason})"
            self._hung_up = reason.value in WITHOUT_A_WORD
            self._taken_over = reason.value == TAKEN_OVER
            self._ended_s = monotonic()
            self._news.notify_all()

    def _acknowledged(
        self,
        _client: Client,
        _userdata: object,
        mid: int,
        answer: ReasonCode,
        _properties: Properties,
    ) -> None:
        with self._news:
            self._answers[mid] = [answer]
            self._news.notify_all()

    def _subscribed(
        self,
        _client: Client,
        _userdata: object,
        mid: int,
        answers: list[ReasonCode],
        _properties: Properties,
    ) -> None:
        with self._news:
            self._answers[mid] = answers
            self._news.notify_all()

    def _received(
        self, _client: Client, _userdata: object, message: MQTTMessage
    ) -> None:
        if self._on_message:
            self._on_message(message.topic, bytes(message.payload))


def _packet_bytes(message: Message, properties: Properties | None) -> int:
    """Of a PUBLISH with quality of service 1, as section 3.3 of MQTT 5 has it."""
    topic = 2 + len(message.topic.encode())
    packed = len(properties.pack()) if properties else 0  # type: ignore[no-untyped-call]
    rest = topic + 2 + packed + len(message.payload)  # 2: the packet's number
    digits = next(n for n in count(1) if rest < 128**n)
    return 1 + digits + rest
