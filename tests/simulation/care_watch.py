# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold at the care service: pages until somebody accepts, then silence; and no false calm."""

from typing import TYPE_CHECKING, Final

from caregiver_api.escalation.state_machine import GRACE_S
from hub.pipeline.ticker import PULSE_S
from tests.simulation.machines import SERVICE_DB
from tests.simulation.truth import Called, Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

MINUTE_S: Final = 60.0
WAIT_S: Final = 60.0


class CareWatch:
    """Looks at the service and at whom it rings."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def pages_go_on(self) -> None:
        """Check that everything open was paged not long ago."""
        world = self._world
        if not world.service.on or world.now() - world.service.on_at < WAIT_S + 15.0:
            return
        now_s = world.epoch_s + world.now()
        for incident, last in world.service.disk.look(
            SERVICE_DB,
            "SELECT i.id, (SELECT max(p.created_s) FROM page p WHERE p.incident = i.id"
            " AND p.why != 'stand_down') FROM incident i WHERE i.phase = 'running'"
            " AND json_extract(i.state, '$.test') = 0"
            " AND json_extract(i.state, '$.priority') != 'info' AND i.opened_s < ?",
            now_s - 15.0,
        ):
            if last is None or now_s - last > WAIT_S + 15.0:
                raise Violation("paged_again", f"{incident} last paged at {last}")

    def called(self, one: Called) -> None:
        """Look at one page as it rings: is somebody on the way already?"""
        for promise in self._world.truth.acceptances:
            if promise.incident != one.incident or promise.who == one.person or not one.ring:
                continue
            until = promise.asked + promise.minutes * MINUTE_S + GRACE_S - 1.0
            ended = any(
                incident == one.incident and at >= promise.asked
                for (incident, _), at in self._world.truth.given_back.items()
            )
            if promise.answered + 1.0 < one.at < until and not ended:
                raise Violation("owner_alone", f"{one.person} was rung although {promise}")

    def acceptances_arrive(self) -> None:
        """Check that the flat heard of each acceptance in 2 s where nothing stood between."""
        world = self._world
        now = world.now()
        for one in world.truth.acceptances:
            if not 4.0 < now - one.answered <= 4.0 + MINUTE_S:
                continue
            if world.outages.disturbed(one.asked - 60.0, one.answered + 3.0):
                continue
            name = world.name_of(one.who)
            heard = [
                at
                for at, incident, step, who in world.truth.answered
                if (incident, step, who) == (one.incident, "accepted", name)
            ]
            if world.is_of_hub(one.incident) and not any(at <= one.answered + 2.0 for at in heard):
                raise Violation("acceptance_in_room", f"{one} was heard at {heard}")

    def blindness_is_shown(self) -> None:
        """Check that a dead sensor or radio is not shown as well."""
        world = self._world
        now = world.now()
        if world.outages.disturbed(now - 120.0, now) or world.service.service is None:
            return
        known = world.service.service.hubs.find(world.hub_id)
        if known is None or known.heartbeat is None:
            return
        blind = {one.device for one in known.heartbeat.blind}
        for device in world.air.silent:
            heard = world.air.heard_s.get(device, 0.0)
            limit = world.air.apartment.devices_by_id[device].silent_after_s
            # What the hub did between its last row and the power cut, it cannot know.
            limit += 120.0 + PULSE_S * world.outages.boots(heard, now)
            if now - heard - world.hub.off_s(heard, now) > limit and device not in blind:
                raise Violation("blind_shown", f"{device} was heard at {heard:.0f} last")
        for source in world.air.broken:
            if world.outages.stick_out_s(source, now - 120.0, now) >= 119.0:
                why = {one.why for one in known.heartbeat.blind}
                if known.heartbeat.radios.get(source) != "down" or "radio" not in why:
                    raise Violation("blind_shown", f"{source} is gone, shown {why}")

    def silence_is_told(self) -> None:
        """Check that a silent hub is told, and only a silent one."""
        world = self._world
        service, now = world.service.service, world.now()
        if service is None or world.hub_heard is None:
            return
        quiet_s = now - max(world.hub_heard, world.service.on_at)
        known = service.hubs.find(world.hub_id)
        if known is None:
            return
        if quiet_s > 115.0 and known.silent is None:
            raise Violation("dead_man", f"silent for {quiet_s:.0f} s and nobody knows")
        if quiet_s > 115.0 and not world.service.disk.look(
            SERVICE_DB, "SELECT 1 FROM incident WHERE id = ?", known.silent
        ):
            raise Violation("dead_man", "no alert says that the hub is silent")
        if now - world.hub_heard < 5.0 and known.silent is not None and quiet_s > 1.0:
            raise Violation("dead_man", "a hub that speaks is called silent")
