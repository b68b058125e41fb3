# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""When each device was last heard: its silence and its return become events."""

from collections.abc import Callable, Iterable, Mapping

from rules.model.apartment import Device
from rules.model.events import DeviceHeard, DeviceSilent
from rules.model.identity import DeviceId, Seconds

# A panel is a page, not a radio: it has its own sign of life (`ScreenChanged`).
_RADIOLESS: frozenset[str] = frozenset({"panel", "none"})


class Availability:
    """Supervision of every enrolled device by its own last frame, never by a ping.

    A device starts unheard. Its first frame makes one `DeviceHeard`; silence longer than its
    `silent_after_s` (real seconds) makes one `DeviceSilent`, also for a device never heard at all.
    """

    def __init__(
        self,
        devices: Iterable[Device],
        *,
        now: Callable[[], Seconds],
        monotonic: Callable[[], Seconds],
    ) -> None:
        self._now = now
        self._monotonic = monotonic
        start = monotonic()
        self._limit = {
            one.id: one.silent_after_s for one in devices if one.source not in _RADIOLESS
        }
        self._last: dict[DeviceId, Seconds] = dict.fromkeys(self._limit, start)
        self._present: set[DeviceId] = set()
        self._missed: set[DeviceId] = set()
        self._back: dict[DeviceId, None] = {}

    def heard(self, device: DeviceId) -> None:
        """Note one frame of an enrolled device; cheap enough for every frame."""
        if device not in self._limit:
            return
        self._last[device] = self._monotonic()
        if device not in self._present:
            self._back[device] = None

    def resume(self, quiet_s: Mapping[DeviceId, Seconds]) -> None:
        """Go on counting after a restart: a dead battery must not look alive with every power cut.

        Args:
            quiet_s: for each device how long it had been quiet while the hub last ran.
        """
        now = self._monotonic()
        for device, seconds in quiet_s.items():
            if device in self._limit:
                self._last[device] = now - seconds

    def gone(self, device: DeviceId) -> None:
        """Take a bridge's word that a device is offline; its next frame brings it back."""
        if device in self._limit:
            self._last[device] = self._monotonic() - self._limit[device]

    def check(self) -> list[DeviceSilent | DeviceHeard]:
        """Return what changed since the last call, in the order it was noticed.

        To be called every 10 s or more often; `at` is the hub's axis at the call.
        """
        at, real = self._now(), self._monotonic()
        changed: list[DeviceSilent | DeviceHeard] = []
        for device in self._back:
            self._present.add(device)
            self._missed.discard(device)
            changed.append(DeviceHeard(device=device, at=at))
        self._back.clear()
        for device, last in self._last.items():
            if device not in self._missed and real - last >= self._limit[device]:
                self._present.discard(device)
                self._missed.add(device)
                changed.append(DeviceSilent(device=device, at=at))
        return changed

    def last_heard_s(self, device: DeviceId) -> Seconds | None:
        """Return how many real seconds ago the device spoke, None when never since start."""
        known = device in self._present or device in self._back or device in self._missed
        return self._monotonic() - self._last[device] if known else None
