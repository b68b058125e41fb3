# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The book of what was broken when: by it the world knows how late the system may be."""

from typing import Final

from rules.model.identity import Seconds
from tests.simulation.machines import HubMachine, ServiceMachine

LONG_GAP_S: Final = 15 * 60.0
# A source that lost its radio tries again at least this often (hub.runtime.supervisor).
BACK_OFF_S: Final = 30.0

type Spell = tuple[Seconds, Seconds | None]


class Outages:
    """Partitions, lost sticks, cut streams and starts; power is known to the machines themselves."""

    def __init__(self, hub: HubMachine, service: ServiceMachine) -> None:
        self._hub = hub
        self._service = service
        self._parted: list[Spell] = []
        self._sticks: dict[str, list[Spell]] = {}
        self._cuts: list[Seconds] = []
        self._boots: list[tuple[Seconds, bool]] = []

    def parted(self, at: Seconds) -> None:
        """Note that flat and service were parted."""
        self._parted.append((at, None))

    def joined(self, at: Seconds) -> None:
        """Note that they were joined."""
        self._parted[-1] = (self._parted[-1][0], at)

    def stick_lost(self, name: str, at: Seconds) -> None:
        """Note that a stick was pulled out."""
        self._sticks.setdefault(name, []).append((at, None))

    def stick_back(self, name: str, at: Seconds) -> None:
        """Note that it was put back; its source notices a little later."""
        spells = self._sticks[name]
        spells[-1] = (spells[-1][0], at + BACK_OFF_S)

    def cut(self, at: Seconds) -> None:
        """Note that the hub's stream was cut."""
        self._cuts.append(at)

    def booted(self, at: Seconds, gap_s: Seconds, *, ntp: bool) -> None:
        """Note a start of the hub; a gap that no clock could measure counts as long."""
        self._boots.append((at, gap_s > LONG_GAP_S or not ntp))

    # --- by what it may be late

    def parted_s(self, since: Seconds, until: Seconds) -> Seconds:
        """Return how long flat and service were parted between two moments."""
        return _overlap(self._parted, since, until)

    def stick_out_s(self, name: str, since: Seconds, until: Seconds) -> Seconds:
        """Return how long a stick was out between two moments; its back-off counts."""
        return _overlap(self._sticks.get(name, []), since, until)

    def boots(self, since: Seconds, until: Seconds) -> int:
        """Return how often the hub was started between two moments."""
        return sum(since <= at <= until for at, _ in self._boots)

    def long_gaps(self, since: Seconds, until: Seconds) -> int:
        """Return how many of these starts followed a long gap."""
        return sum(since <= at <= until and long for at, long in self._boots)

    def disturbed(self, since: Seconds, until: Seconds) -> bool:
        """Say whether anything stood between hub and service between two moments."""
        return (
            self._hub.off_between(since, until)
            or self._service.off_between(since, until)
            or self.parted_s(since, until) > 0.0
            or any(since <= at <= until for at in self._cuts)
        )


def _overlap(spells: list[Spell], since: Seconds, until: Seconds) -> Seconds:
    return sum(
        max(0.0, min(until, until if end is None else end) - max(since, start))
        for start, end in spells
    )
