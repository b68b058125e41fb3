# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Device health: a device that is heard counts at once, its silence within ten real seconds."""

from collections.abc import Iterable
from typing import Protocol

from hub.storage.journal import Journal
from rules.model.events import DeviceHeard, DeviceSilent, Event
from rules.model.identity import DeviceId, Seconds


class Supervised(Protocol):
    """What `devices.availability` offers."""

    def heard(self, device: DeviceId) -> None:
        """Note a frame of a device."""

    def check(self) -> list[DeviceSilent | DeviceHeard]:
        """Return what changed."""


def quiet_s(journal: Journal) -> dict[DeviceId, Seconds]:
    """Return for each device how long it was quiet while the hub ran, as of the journal's last row.

    Time in which the hub itself was off does not count: nobody could have heard the device.
    """
    end = journal.tail().at
    if end is None:
        return {}
    gaps = [
        (at, gap)
        for at, gap in journal.read(
            "SELECT at, json_extract(payload, '$.gap_s') FROM journal"
            " WHERE held = 1 AND kind = 'Booted'"
        )
        if gap
    ]
    return {
        DeviceId(device): end - heard - sum(gap for at, gap in gaps if at > heard)
        for device, heard in journal.read(
            "SELECT device, max(at) FROM journal WHERE device IS NOT NULL"
            " AND kind NOT IN ('DeviceSilent', 'DeviceHeard') GROUP BY device"
        )
    }


class DeviceHealth:
    """Puts `DeviceHeard` before a device's first event instead of up to ten seconds after it."""

    def __init__(self, availability: Supervised, devices: Iterable[DeviceId]) -> None:
        self._availability = availability
        self._enrolled = frozenset(devices)
        self._present: set[DeviceId] = set()

    def heard(self, device: DeviceId | None) -> list[DeviceSilent | DeviceHeard]:
        """Note a frame; return what must stand in the journal before its event."""
        if device is None or device not in self._enrolled:
            return []
        self._availability.heard(device)
        return [] if device in self._present else self.check()

    def check(self) -> list[DeviceSilent | DeviceHeard]:
        """Return which devices fell silent or came back since the last look."""
        changed = self._availability.check()
        for event in changed:
            if isinstance(event, DeviceHeard):
                self._present.add(event.device)
            else:
                self._present.discard(event.device)
        return changed

    def is_enrolled(self, event: Event) -> bool:
        """Say whether the event is of the hub itself or of an enrolled device."""
        device = getattr(event, "device", None)
        return device is None or device in self._enrolled
