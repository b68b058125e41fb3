# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port that every radio implements: sightings in, commands out, health on request."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from rules.model.events import DeviceEvent, FilePutAside, RadioDown, RadioUp
from rules.model.identity import DeviceId, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """One decoded frame on its way into the hub.

    Attributes:
        event: what it says; `event.at` is the hub's axis when it was heard.
        frame: name of the frame for tracing (source, address, sequence), unique enough to follow
            one press.
        committed: called once, after the transaction that holds the event is durable (MQTT
            acknowledges there); it must not raise.
    """

    event: DeviceEvent | RadioDown | RadioUp | FilePutAside
    frame: str
    committed: Callable[[], None] | None = None


class Inlet(Protocol):
    """The hub's side: takes sightings in the order they were heard."""

    def put(self, sighting: Sighting) -> None:
        """Take one sighting at once; never blocks, never discards."""

    async def has_room(self) -> None:
        """Return when more may be read; sources that can stop reading await it before each read."""


class HealthState(StrEnum):
    """How a source is. Starts `STARTING` (blind), never green by default."""

    STARTING = "starting"
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """State of a source and its counters since start."""

    state: HealthState
    since: Seconds
    frames: int = 0
    malformed: int = 0
    not_enrolled: int = 0
    last_fault: str = ""


class Source(Protocol):
    """A radio or broker feed; supervised by the hub, restarts itself after loss."""

    name: str

    async def run(self, inlet: Inlet) -> None:
        """Listen until cancelled; a lost radio is reported as RadioDown and tried again."""

    def lost(self, fault: str) -> None:
        """Report the radio as down: `run` ended by a fault of the world, the hub starts it again.

        Args:
            fault: short machine-readable words.
        """

    def health(self) -> Health:
        """Return state and counters now."""


class Actuator(Protocol):
    """The way out: lamps, relays, sounders of one source."""

    def drives(self, device: DeviceId) -> bool:
        """Say whether this source can command the device."""

    async def switch(self, device: DeviceId, *, on: bool, level: float | None = None) -> None:
        """Switch, and wait for the device's own confirmation.

        Args:
            device: an enrolled lamp, relay, plug or sounder.
            on: wanted state; a sounder sounds until switched off.
            level: brightness 0..1 for lamps, None leaves it.

        Raises:
            DeviceError: the device did not confirm; the caller tries again or takes another.
        """


RADIO_DOWN: Final = "radio_down"
"""Fault of a command that was never sent, because its radio is not up: no word on the device."""


class DeviceError(Exception):
    """The world misbehaved: a device or frame is at fault, not we.

    Attributes:
        device: pseudonym or address, as far as known.
        fault: short machine-readable word, for example `unreachable`.
    """

    def __init__(self, device: str, fault: str) -> None:
        super().__init__(device, fault)
        self.device = device
        self.fault = fault
