# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Watches the streams of hub and service and the virtual radio, and tells who listens."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from rules.model.identity import DeviceId, Seconds
from showcase.apartment.floor import Way
from showcase.processes.care_line import CareLine
from showcase.processes.change_signal import ChangeSignal
from showcase.processes.coverage_poller import CoveragePoller
from showcase.processes.hub_line import LOST, HubLine
from showcase.processes.story_clock import HUB, SERVICE
from showcase.resident.consent_mirror import ConsentMirror
from showcase.virtual.zigbee_device import Sent

SEEN: Final = "seen"
"""Name of the event that says what the hub can see now; else as its snapshot."""


@dataclass(slots=True)
class Listeners:
    """Who wants to hear what happens; the page and the trace of a story."""

    frame: list[Callable[[DeviceId, Sent], None]] = field(default_factory=list)
    change: list[Callable[[DeviceId], None]] = field(default_factory=list)
    walk: list[Callable[[Way, Seconds], None]] = field(default_factory=list)
    hub: list[Callable[[str, Mapping[str, Any]], None]] = field(default_factory=list)
    service: list[Callable[[str, Mapping[str, Any]], None]] = field(default_factory=list)


class Watchers:
    """Follows what the running system says.

    Args:
        hub: line to the hub.
        lead: a logged-in lead's line to the care service.
        mirror: kept up to date from the hub's stream.
    """

    def __init__(self, hub: HubLine, lead: CareLine, mirror: ConsentMirror) -> None:
        self.listeners = Listeners()
        self.changes = ChangeSignal()
        self.radio_up = False
        self._hub, self._lead, self._mirror = hub, lead, mirror
        self._coverage = CoveragePoller(hub, lambda said: self._hear(SEEN, said))
        self._watched = {HUB: False, SERVICE: False}

    def hears(self, process: str) -> bool:
        """Whether a process is heard: hub or service."""
        return self._watched[process]

    def gone(self, process: str) -> None:
        """Note that a process ended."""
        self._watched[process] = False
        self.changes.tell()

    async def run_hub(self) -> None:
        """Follow the hub's stream."""
        async for event, said in self._hub.events():
            if not self._has_changed(HUB, event):
                continue
            self._radio(event, said)
            self._mirror.hub(event, said)
            self._coverage.hub(event, said)
            self._hear(event, said)

    async def run_coverage(self) -> None:
        """Ask the hub again what it can see whenever it may have changed."""
        await self._coverage.run()

    async def run_service(self) -> None:
        """Follow the care service's stream."""
        async for event, said in self._lead.stream():
            if not self._has_changed(SERVICE, event):
                continue
            for listener in self.listeners.service:
                listener(event, said)
            self.changes.tell()

    def frame(self, device: DeviceId, sent: Sent) -> None:
        """A virtual device sent a frame."""
        for listener in self.listeners.frame:
            listener(device, sent)
        self.changes.tell()

    def change(self, device: DeviceId) -> None:
        """A lamp, a sounder or an appliance changed its state."""
        for listener in self.listeners.change:
            listener(device)
        self.changes.tell()

    def walk(self, way: Way, length_s: Seconds) -> None:
        """The resident walks."""
        for listener in self.listeners.walk:
            listener(way, length_s)
        self.changes.tell()

    def _hear(self, event: str, said: Mapping[str, Any]) -> None:
        for listener in self.listeners.hub:
            listener(event, said)
        self.changes.tell()

    def _radio(self, event: str, said: Mapping[str, Any]) -> None:
        if event == LOST:
            self.radio_up = False
        elif event == "snapshot":
            self.radio_up = (said.get("sources") or {}).get("zigbee", {}).get("state") == "up"
        elif said.get("hop") == "journaled":
            told = said.get("event") or {}
            if told.get("type") in {"RadioUp", "RadioDown"} and told.get("source") == "zigbee":
                self.radio_up = told["type"] == "RadioUp"

    def _has_changed(self, process: str, event: str) -> bool:
        """Keep whether a stream is there; that it is still lost is no news."""
        was, self._watched[process] = self._watched[process], event != LOST
        return was or self._watched[process]
