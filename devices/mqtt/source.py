# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""zigbee2mqtt as a source: messages are acknowledged when they are durable."""

import asyncio
from collections.abc import Callable
from typing import Final

import structlog
from paho.mqtt.client import MQTTMessage

from devices.availability import Availability
from devices.backoff import BackOff, doubling
from devices.mqtt.actuator import MqttActuator
from devices.mqtt.deliveries import Deliveries
from devices.mqtt.link import Acknowledgement, BrokerLink, LinkLostError
from devices.mqtt.settings import MqttSettings
from devices.mqtt.zigbee2mqtt import Payload, PayloadError, commands, decode, online, parse
from devices.reception import Reception, discard
from devices.registry import Enrolled, Registry
from devices.source import RADIO_DOWN, DeviceError, Health, Inlet
from rules.model.events import DeviceEvent, ItemUsed, Motion
from rules.model.identity import DeviceId, Seconds

NAME: Final = "mqtt"
# After a broker restart the first press is answered in < 3 s: never sleep longer than this.
WAITS_S: Final = doubling(0.1, 1.0)
# Movement out of a backlog younger than this still counts as movement now.
BACKLOG_FRESH_S: Final = 60.0

log = structlog.get_logger(__name__)


class MqttSource:
    """Reads `<base>/+` with a persistent session and QoS 1.

    What the broker kept while nobody listened arrives with an unknown time: presses and states
    count at once, movement only when the gap was short for sure (else she seems to move now).
    """

    name = NAME

    def __init__(
        self,
        settings: MqttSettings,
        registry: Registry,
        availability: Availability,
        *,
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
        start: str,
        gap_s: Seconds | None = None,
        keep: Callable[[str, bytes, str], None] = discard,
    ) -> None:
        """Wire the source; nothing happens before `run`.

        Args:
            settings: table `[hub.mqtt]`.
            registry: who is enrolled under source `mqtt` (address = friendly name).
            availability: is told of every frame of an enrolled device.
            now: the hub's axis.
            monotonic: real seconds.
            start: differs from start to start of the hub.
            gap_s: how long the hub did not run before, None when unknown (`Booted.gap_s`).
            keep: takes malformed frames for diagnosis (name, payload, fault).
        """
        self._settings = settings
        self._now = now
        self._monotonic = monotonic
        self._reception = Reception(NAME, registry, availability, now=now, keep=keep)
        self._deliveries = Deliveries(start)
        self._last: dict[DeviceId, Payload] = {}
        self._link: BrokerLink | None = None
        self._subscribed = False
        self._bridge_online = True
        self._back_off = BackOff(WAITS_S)
        self._deaf_since = monotonic() - gap_s if gap_s is not None else None
        self.stale = 0
        """Movements out of an old backlog, not taken for movement now."""
        self._prefix = f"{settings.base_topic}/"
        self.actuator = MqttActuator(registry, publish=self._publish)

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled; a lost broker is reported once and tried again within 1 s."""
        self._reception.open(inlet)
        password = await asyncio.to_thread(self._password)
        while True:
            self._link = BrokerLink(self._settings, password=password)
            try:
                await self._link.serve(
                    self._topics(),
                    subscribed=self._on_subscribed,
                    message=self._on_message,
                    room=inlet.has_room,
                )
            except LinkLostError as lost:
                self._down(lost.fault)
            finally:
                self._link = None
                self._subscribed = False
            await asyncio.sleep(self._back_off.failed())

    def lost(self, fault: str) -> None:
        """Report the radio as down: `run` ended by a fault of the world."""
        self._reception.status.down(fault)

    def health(self) -> Health:
        """Return state and counters now."""
        return self._reception.health()

    def _password(self) -> str | None:
        file = self._settings.password_file
        return file.read_text().strip() if file is not None else None

    def _topics(self) -> list[str]:
        base = self._settings.base_topic
        nested = [one.address for one in self._reception.enrolled() if "/" in one.address]
        return [
            f"{base}/+",
            f"{base}/+/availability",
            f"{base}/bridge/state",
            f"{base}/bridge/devices",
            *(f"{base}/{name}" for name in nested),
            *(f"{base}/{name}/availability" for name in nested),
        ]

    def _publish(self, topic: str, payload: bytes) -> None:
        if self._link is None or not self._reception.status.is_up:
            raise DeviceError(NAME, RADIO_DOWN)
        self._link.publish(self._prefix + topic, payload)

    # -- how the broker is -----------------------------------------------------------------------
    def _on_subscribed(self) -> None:
        self._subscribed = True
        self._back_off.reset()
        if self._bridge_online:
            self._reception.status.up()

    def _down(self, fault: str) -> None:
        if self._subscribed:
            self._deaf_since = self._monotonic()
        self._reception.status.down(fault)

    # -- what it says ----------------------------------------------------------------------------
    def _on_message(self, message: MQTTMessage, receipt: Acknowledgement | None) -> None:
        self._reception.count()
        raw = bytes(message.payload)
        one = self._speaker(raw, message)
        if one is not None:
            self._on_state(one, raw, message, receipt)
        elif receipt is not None:
            receipt()

    def _speaker(self, raw: bytes, message: MQTTMessage) -> Enrolled | None:
        """Return whose state a message is; zigbee2mqtt's own words are dealt with here."""
        try:
            name = message.topic.removeprefix(self._prefix)
        except UnicodeDecodeError:
            self._reception.malformed(f"{NAME}:topic", raw, "not_utf8")
            return None
        if name == "bridge/state":
            self._on_bridge(raw)
        elif name == "bridge/devices":
            self.actuator.learn(commands(raw))
        elif name.endswith("/availability"):
            self._on_availability(name.removesuffix("/availability"), raw)
        elif (one := self._reception.sender(name)) is not None:
            return one
        else:
            self._reception.stranger(name)
        return None

    def _on_bridge(self, raw: bytes) -> None:
        state = online(raw)
        if state is None:
            self._reception.malformed(f"{NAME}:bridge/state", raw, "not_a_state")
            return
        self._bridge_online = state
        if not state:
            self._down("zigbee2mqtt is offline")
        elif self._subscribed:
            self._reception.status.up()

    def _on_availability(self, name: str, raw: bytes) -> None:
        one = self._reception.sender(name)
        state = online(raw)
        if state is None:
            self._reception.malformed(f"{NAME}:{name}/availability", raw, "not_a_state")
        elif one is not None and state:
            self._reception.heard(one)
        elif one is not None:
            self._reception.gone(one)

    def _on_state(
        self, one: Enrolled, raw: bytes, message: MQTTMessage, receipt: Acknowledgement | None
    ) -> None:
        try:
            payload = parse(raw)
        except PayloadError as error:
            self._reception.malformed(f"{NAME}:{one.address}", raw, error.fault)
            if receipt is not None:
                receipt()
            return
        delivery = self._deliveries.take(
            one.address,
            raw,
            qos=message.qos,
            mid=message.mid,
            dup=message.dup,
            seq=payload.get("seq"),
            receipt=receipt,
        )
        if delivery is None:
            return
        frame = f"{NAME}:{delivery.name}"
        events = self._events(one, raw, payload, frame, retained=message.retain)
        self._reception.hand_on(events, frame, delivery)

    def _events(
        self, one: Enrolled, raw: bytes, payload: Payload, press: str, *, retained: bool
    ) -> list[DeviceEvent]:
        device = one.device
        decoded = decode(device, self._last.get(device.id), payload, at=self._now(), press=press)
        self._last[device.id] = payload
        for fault in decoded.faults:
            self._reception.malformed(f"{NAME}:{one.address}", raw, fault)
        if payload.get("tamper") is True:
            log.warning("device_tampered", device=device.id)
        events: list[DeviceEvent] = list(decoded.events)
        if retained:
            return [event for event in events if not _momentary(event)]
        self._reception.heard(one)
        self.actuator.confirmed(device.id, payload)
        if not self._fresh():
            moving = [event for event in events if isinstance(event, (Motion, ItemUsed))]
            self.stale += len(moving)
            events = [event for event in events if event not in moving]
        return events

    def _fresh(self) -> bool:
        """Say whether what arrives was said just now, or in a gap known to be short."""
        if self._subscribed:
            return True
        deaf = None if self._deaf_since is None else self._monotonic() - self._deaf_since
        return deaf is not None and deaf <= BACKLOG_FRESH_S


def _momentary(event: DeviceEvent) -> bool:
    """Say whether the event was a moment; a retained message tells of states only."""
    return isinstance(event, (Motion, ItemUsed)) or hasattr(event, "press")
