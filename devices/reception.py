# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Shared by all radios: counts frames, looks up senders, hands events to the hub."""

from collections.abc import Callable, Sequence

from devices.availability import Availability
from devices.radio_status import RadioStatus
from devices.registry import Enrolled, Registry
from devices.source import Health, Inlet, Sighting
from rules.model.events import DeviceEvent, FilePutAside, RadioDown, RadioUp
from rules.model.identity import Seconds


def discard(_frame: str, _raw: bytes, _fault: str) -> None:
    """Keep nothing of a malformed frame."""


class Reception:
    """The part that all sources share, between their decoding and the hub.

    Only here a frame becomes a sign of life (`Availability.heard`) and an event a `Sighting`.

    Attributes:
        status: says that the radio is up or down.
        frames: received since start, of enrolled devices and strangers.
    """

    def __init__(
        self,
        source: str,
        registry: Registry,
        availability: Availability,
        *,
        now: Callable[[], Seconds],
        keep: Callable[[str, bytes, str], None] = discard,
    ) -> None:
        """Wire it; nothing can be handed on before `open`.

        Args:
            source: name of the source.
            registry: who is enrolled.
            availability: is told of every frame of an enrolled device.
            now: the hub's axis.
            keep: takes malformed frames for diagnosis (name, bytes, fault).
        """
        self._source = source
        self._registry = registry
        self._availability = availability
        self._keep = keep
        self._inlet: Inlet | None = None
        self._malformed = self._not_enrolled = 0
        self.frames = 0
        self.status = RadioStatus(source, now=now, tell=self._tell)

    def open(self, inlet: Inlet) -> None:
        """Hand events to this inlet from now on: the source starts, perhaps again after a fault."""
        self._inlet = inlet
        self.status.starting()

    def health(self) -> Health:
        """Return state and counters now."""
        return Health(
            state=self.status.state,
            since=self.status.since,
            frames=self.frames,
            malformed=self._malformed,
            not_enrolled=self._not_enrolled,
            last_fault=self.status.last_fault,
        )

    # -- who speaks ------------------------------------------------------------------------------
    def count(self) -> None:
        """Count one received frame, whoever sent it."""
        self.frames += 1

    def sender(self, address: str) -> Enrolled | None:
        """Return who speaks; None for a device that is not enrolled."""
        return self._registry.find(self._source, address)

    def enrolled(self) -> tuple[Enrolled, ...]:
        """Return all devices of this source."""
        return self._registry.of(self._source)

    def stranger(self, address: str, model: str = "") -> None:
        """Count a frame of a device that is not enrolled, and list the device; nothing else."""
        self._not_enrolled += 1
        self.list_stranger(address, model)

    def list_stranger(self, address: str, model: str) -> None:
        """List a device that is not enrolled and sent no frame of its own (it joined)."""
        self._registry.stranger(self._source, address, model)

    def stranger_left(self, address: str) -> None:
        """Forget a stranger that left the network."""
        self._registry.stranger_left(self._source, address)

    # -- what it says ----------------------------------------------------------------------------
    def heard(self, sender: Enrolled) -> None:
        """Take a frame as a sign of life of its sender."""
        self._availability.heard(sender.device.id)

    def gone(self, sender: Enrolled) -> None:
        """Take a device as silent until it is heard again."""
        self._availability.gone(sender.device.id)

    def malformed(self, frame: str, raw: bytes, fault: str) -> None:
        """Count a frame that cannot be read, and keep it for diagnosis.

        Args:
            frame: its name.
            raw: its bytes.
            fault: what is wrong, in a word or two.
        """
        self._malformed += 1
        self.status.malformed(f"{frame.removeprefix(f'{self._source}:')}: {fault}")
        self._keep(frame, raw, fault)

    def hand_on(
        self,
        events: Sequence[DeviceEvent | FilePutAside],
        frame: str,
        committed: Callable[[], None] | None = None,
    ) -> None:
        """Hand the events of one frame to the hub, in their order.

        Args:
            events: what the frame says; none is fine.
            frame: its name.
            committed: called once the last event is durable, at once when there is none.
        """
        for event in events[:-1]:
            self._put(Sighting(event=event, frame=frame))
        if events:
            self._put(Sighting(event=events[-1], frame=frame, committed=committed))
        elif committed is not None:
            committed()

    def _tell(self, event: RadioUp | RadioDown) -> None:
        word = "up" if isinstance(event, RadioUp) else "down"
        self._put(Sighting(event=event, frame=f"{self._source}:{word}"))

    def _put(self, sighting: Sighting) -> None:
        assert self._inlet is not None, "hands on only while its source runs"
        self._inlet.put(sighting)
