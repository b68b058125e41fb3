# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""From the readings of one packet to events; a repeated state makes none."""

from collections.abc import Sequence

import structlog

from devices import roles
from devices.ble.readings import Kind, Reading, When
from rules.model.apartment import Device
from rules.model.events import DeviceEvent
from rules.model.identity import DeviceId, Seconds

log = structlog.get_logger(__name__)


class ReadingEvents:
    """Remembers the last value of each state of each device."""

    def __init__(self) -> None:
        self._values: dict[tuple[DeviceId, str], float] = {}

    def of(
        self, device: Device, at: Seconds, readings: Sequence[Reading], press: str
    ) -> list[DeviceEvent]:
        """Return the events of one packet, a press first.

        Args:
            device: who speaks.
            at: the hub's axis.
            readings: what it says.
            press: identity of the packet, in case it is a press.
        """
        events: list[DeviceEvent | None] = []
        if any(kind.when is When.PRESS and value for kind, value in readings):
            events.append(roles.pressed(device, at, press))
        events += [self._event(device, at, kind, value) for kind, value in readings]
        return [event for event in events if event is not None]

    def _event(self, device: Device, at: Seconds, kind: Kind, value: float) -> DeviceEvent | None:
        before = None
        match kind.when:
            case When.PRESS:
                return None
            case When.TAMPER:
                if value:
                    log.warning("device_tampered", device=device.id)
                return None
            case When.CHANGE:
                before = self._values.get((device.id, kind.name))
                if before == value:
                    return None
                self._values[device.id, kind.name] = value
            case When.EACH:
                pass
        return None if kind.meaning is None else kind.meaning(device, at, value, before)
