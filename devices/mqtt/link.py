# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""One connection to the MQTT broker, read and acknowledged on the event loop without a thread."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from paho.mqtt.client import Client, ConnectFlags, MQTTMessage, MQTTv5
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.mqtt.settings import MqttSettings

# Messages the broker may have under way to us: a group commit of 5 s at the highest rate fits.
# (mosquitto's own default of 20 would let 4 messages a second through a 5 s group commit.)
RECEIVE_MAX: Final = 65_535
PACKET_BYTES_MAX: Final = 1_048_576
# Read and acknowledged at one go before the loop's other tasks get their turn.
READ_BATCH: Final = 64
ACK_BATCH: Final = 256
HOUSEKEEPING_S: Final = 1.0


class LinkLostError(Exception):
    """The broker refused, vanished or went silent.

    Attributes:
        fault: short reason for the log and the panel.
    """

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class Acknowledgement:
    """The acknowledgement owed for one QoS 1 message; lives as long as its connection."""

    __slots__ = ("_link", "mid", "ready")

    def __init__(self, link: "BrokerLink", mid: int) -> None:
        self._link = link
        self.mid = mid
        self.ready = False

    def __call__(self) -> None:
        """Say that the message is durable; acknowledged in order of arrival (MQTT-4.6.0-2)."""
        self.ready = True
        self._link.settle()


class BrokerLink:
    """A single connection: made, served until it is lost, never used again."""

    def __init__(self, settings: MqttSettings, *, password: str | None = None) -> None:
        self._settings = settings
        self._client = self._make_client(password)
        self._inbox: list[MQTTMessage] = []
        self._owed: deque[Acknowledgement] = deque()
        self._settling = False
        self._lost: str | None = None
        self._accepted: asyncio.Future[None] | None = None
        self._subscribed: asyncio.Future[None] | None = None
        self._wake = asyncio.Event()

    async def serve(
        self,
        topics: Sequence[str],
        *,
        subscribed: Callable[[], None],
        message: Callable[[MQTTMessage, Acknowledgement | None], None],
        room: Callable[[], Awaitable[None]],
    ) -> None:
        """Connect, subscribe and hand over messages until the connection is lost.

        What the broker kept for our session comes before `subscribed` is called.

        Args:
            topics: what to subscribe to, QoS 1; retained messages come with each connection.
            subscribed: called when the broker has confirmed the subscription.
            message: takes each message with the receipt to be called when it is durable
                (None for QoS 0); it must not raise.
            room: awaited before each read; while it waits nothing is read, nothing discarded.

        Raises:
            LinkLostError: always in the end, unless cancelled.
        """
        loop = asyncio.get_running_loop()
        self._accepted = loop.create_future()
        self._subscribed = loop.create_future()
        await self._connect()
        wire = self._client.socket()
        if not isinstance(wire, socket.socket):
            raise LinkLostError(self._lost or "lost while connecting")
        # Else two small packets wait 43 ms for each other (Nagle and delayed ACK).
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._watch(loop, wire.fileno())
        try:
            async with asyncio.TaskGroup() as group:
                helpers = (
                    group.create_task(self._keep()),
                    group.create_task(self._open(topics, subscribed)),
                )
                try:
                    await self._read(wire, message, room)
                finally:
                    for task in helpers:
                        task.cancel()
        except* LinkLostError as lost:
            raise LinkLostError(self._lost or str(lost.exceptions[0])) from None
        finally:
            self._client.on_socket_register_write = None
            self._client.disconnect()
            self._lose("closed")
            wire.close()

    def is_lost(self) -> bool:
        """Say whether the connection is over."""
        return self._lost is not None

    def publish(self, topic: str, payload: bytes) -> None:
        """Send one message with QoS 1; a lost connection loses it (the caller hears no answer)."""
        if not self.is_lost():
            self._client.publish(topic, payload, qos=1)

    def settle(self) -> None:
        """Acknowledge what is durable, oldest first, not all in one breath."""
        if not self._settling and self._owed and self._owed[0].ready:
            self._settling = True
            asyncio.get_running_loop().call_soon(self._settle)

    def _settle(self) -> None:
        self._settling = False
        for _ in range(ACK_BATCH):
            if self.is_lost() or not self._owed or not self._owed[0].ready:
                return
            self._client.ack(self._owed.popleft().mid, 1)
        self.settle()

    # -- paho's callbacks: note what happened, do nothing else inside its locks ------------------
    def _make_client(self, password: str | None) -> Client:
        setting = self._settings
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=setting.client_id,
            protocol=MQTTv5,
            manual_ack=True,
            reconnect_on_failure=False,
        )
        client.connect_timeout = setting.connect_timeout_s
        if setting.username is not None:
            client.username_pw_set(setting.username, password)
        if setting.tls:
            client.tls_set_context(ssl.create_default_context(cafile=setting.ca_file))
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, _client: Client, _data: object, _flags: ConnectFlags, reason: ReasonCode, _: object
    ) -> None:
        if reason.is_failure:
            self._lose(f"refused: {reason}")
        elif self._accepted is not None and not self._accepted.done():
            self._accepted.set_result(None)

    def _on_subscribe(
        self, _client: Client, _data: object, _mid: int, codes: Sequence[ReasonCode], _: object
    ) -> None:
        if any(code.is_failure for code in codes):
            self._lose("subscription refused")
        elif self._subscribed is not None and not self._subscribed.done():
            self._subscribed.set_result(None)

    def _on_disconnect(
        self, _client: Client, _data: object, _flags: object, reason: ReasonCode, _: object
    ) -> None:
        self._lose(f"lost: {reason}")

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        self._inbox.append(message)

    def _lose(self, fault: str) -> None:
        if self._lost is None:
            self._lost = fault
        for waiting in (self._accepted, self._subscribed):
            if waiting is not None and not waiting.done():
                waiting.set_exception(LinkLostError(self._lost))
                waiting.exception()  # looked at: perhaps nobody waits for it
        self._wake.set()

    # -- the socket ------------------------------------------------------------------------------
    async def _connect(self) -> None:
        """Open the connection in a thread: looking up names and agreeing on TLS block."""
        props = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call] # no types
        props.SessionExpiryInterval = self._settings.session_expiry_s
        props.ReceiveMaximum = RECEIVE_MAX
        props.MaximumPacketSize = PACKET_BYTES_MAX

        def connect() -> None:
            self._client.connect(
                self._settings.host,
                self._settings.port,
                keepalive=self._settings.keepalive_s,
                clean_start=False,
                properties=props,
            )

        opening = asyncio.get_running_loop().run_in_executor(None, connect)
        try:
            await asyncio.shield(opening)
        except asyncio.CancelledError:
            opening.add_done_callback(lambda done: done.exception() or self._client.disconnect())
            raise
        except (OSError, ValueError) as error:
            raise LinkLostError(f"no connection: {error}") from error

    def _watch(self, loop: asyncio.AbstractEventLoop, fd: int) -> None:
        def write(*_: object) -> None:
            loop.add_writer(fd, self._client.loop_write)

        def rest(*_: object) -> None:
            loop.remove_writer(fd)

        def close(*_: object) -> None:
            loop.remove_reader(fd)
            loop.remove_writer(fd)

        self._client.on_socket_register_write = write
        self._client.on_socket_unregister_write = rest
        self._client.on_socket_close = close

    async def _open(self, topics: Sequence[str], subscribed: Callable[[], None]) -> None:
        assert self._accepted is not None
        assert self._subscribed is not None
        try:
            async with asyncio.timeout(self._settings.connect_timeout_s):
                await self._accepted
                wanted = SubscribeOptions(qos=1)
                self._client.subscribe([(topic, wanted) for topic in topics])
                await self._subscribed
        except TimeoutError:
            raise LinkLostError("broker does not answer") from None
        subscribed()

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            self._client.loop_misc()

    async def _read(
        self,
        wire: socket.socket,
        message: Callable[[MQTTMessage, Acknowledgement | None], None],
        room: Callable[[], Awaitable[None]],
    ) -> None:
        loop, fd = asyncio.get_running_loop(), wire.fileno()
        while not self.is_lost():
            loop.add_reader(fd, self._wake.set)
            await self._wake.wait()
            self._wake.clear()
            # Not listening while there is no room: the broker's queue waits instead of ours.
            loop.remove_reader(fd)
            await room()
            for _ in range(READ_BATCH):
                before = len(self._inbox)
                self._client.loop_read()
                if len(self._inbox) == before:
                    break
            arrived, self._inbox = self._inbox, []
            for one in arrived:
                receipt = None
                if one.qos == 1:
                    receipt = Acknowledgement(self, one.mid)
                    self._owed.append(receipt)
                message(one, receipt)
            if isinstance(wire, ssl.SSLSocket) and not self.is_lost() and wire.pending():
                self._wake.set()
        raise LinkLostError(self._lost or "closed")
