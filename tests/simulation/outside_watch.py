# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold outside the flat door: while nobody is reached, the light there calls."""

from typing import TYPE_CHECKING, Final

from caregiver_api.alerts.incident import HUB_SILENT
from rules.model.identity import DeviceId, Seconds
from tests.simulation.machines import SERVICE_DB
from tests.simulation.truth import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

MINUTE_S: Final = 60.0
LAMP: Final = DeviceId("lamp-outside")


class OutsideWatch:
    """Compares whom the pages reached with the light outside the door."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def calls_while_nobody_is_reached(self) -> None:
        """Check that a minute without anybody reached, nobody coming, has lit the light."""
        world, now = self._world, self._world.now()
        if world.hub.up is None or LAMP in world.air.lit:
            return
        for incident, basis, purpose in world.service.disk.look(
            SERVICE_DB,
            "SELECT id, json_extract(alert, '$.basis'), json_extract(alert, '$.purpose')"
            " FROM incident WHERE phase = 'running' AND json_extract(state, '$.test') = 0"
            " AND json_extract(state, '$.priority') != 'info'"
            " AND json_extract(alert, '$.kind') != ?",
            HUB_SILENT,
        ):
            since = self._alone_since(incident)
            if since is None or now - since < MINUTE_S:
                continue
            if incident not in world.truth.open or not world.truth.is_live(basis, purpose):
                continue
            before = since - MINUTE_S
            if any(at >= before and ended == purpose for at, ended in world.truth.withdrawn):
                continue
            if world.outages.disturbed(before, now) or world.outages.stick_out_s(
                "zigbee", before, now
            ):
                continue
            raise Violation("outside", f"{incident} reaches nobody since {since:.0f}, no light")

    def _alone_since(self, incident: str) -> Seconds | None:
        """Return when the first page went out that nobody got; None while somebody has one."""
        world = self._world
        ((heard_s, taken_s),) = world.service.disk.look(
            SERVICE_DB,
            "SELECT (SELECT max(sent_s) FROM page WHERE incident = ?1 AND channel = 'sse'"
            " AND why != 'stand_down' AND outcome LIKE 'reached%'),"
            " (SELECT max(wall_ms) / 1000.0 FROM progress WHERE incident = ?1"
            " AND step IN ('accepted', 'on_the_way', 'arrived', 'closed', 'settled'))",
            incident,
        )
        rung = (one.at for one in world.truth.called if one.incident == incident and one.ring)
        last_s = max(
            heard_s or 0.0, taken_s or 0.0, world.epoch_s + max(rung, default=-world.epoch_s)
        )
        ((made_s,),) = world.service.disk.look(
            SERVICE_DB,
            "SELECT min(created_s) FROM page WHERE incident = ? AND why != 'stand_down'"
            " AND created_s > ?",
            incident,
            last_s,
        )
        return None if made_s is None else made_s - world.epoch_s
