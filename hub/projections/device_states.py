# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Device states: when each device was last heard, and what it said of itself."""

from hub.pipeline.projections import Projection, Projections
from hub.storage.journal import Journal
from rules.model.effects import Effect
from rules.model.events import (
    BatteryMeasured,
    DeviceHeard,
    DeviceSilent,
    Event,
    Fact,
    SwitchSensed,
)
from rules.model.identity import DeviceId, Seconds


class DeviceStateProjection(Projection):
    """The last state of each device, for set-up and panel.

    Args:
        projections: where it subscribes.

    Attributes:
        heard: axis time of the last event of each device.
        charge_pct: last battery reading.
        on: last state of a switch.
        silent: devices that are not heard.
    """

    def __init__(self, projections: Projections) -> None:
        self.heard: dict[DeviceId, Seconds] = {}
        self.charge_pct: dict[DeviceId, float] = {}
        self.on: dict[DeviceId, bool] = {}
        self.silent: set[DeviceId] = set()
        projections.subscribe(self)

    def load(self, journal: Journal) -> None:
        """Read when each device was last heard."""
        for device, at in journal.read(
            "SELECT device, max(at) FROM journal WHERE device IS NOT NULL"
            " AND kind NOT IN ('DeviceSilent', 'DeviceHeard') GROUP BY device"
        ):
            self.heard[DeviceId(device)] = at

    def remember(self, fact: Fact) -> None:
        """Fold a row that is not ordinary."""
        self._event(fact.event)

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> tuple[()]:  # noqa: ARG002 # a projection
        """Fold one row."""
        self._event(fact.event)
        return ()

    def _event(self, event: Event) -> None:
        match event:
            case DeviceSilent(device=device):
                self.silent.add(device)
                return
            case DeviceHeard(device=device):
                self.silent.discard(device)
                return
            case BatteryMeasured(device=device):
                self.charge_pct[device] = event.charge_pct
            case SwitchSensed(device=device):
                self.on[device] = event.on
            case _:
                pass
        spoke: DeviceId | None = getattr(event, "device", None)
        if spoke is not None:
            self.heard[spoke] = max(event.at, self.heard.get(spoke, event.at))
