# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold in the flat: a basis for all that waits, a page for who lies there, rest for lamps."""

import json
from typing import TYPE_CHECKING, Final

from hub.pipeline.ticker import PULSE_S
from rules.model.identity import DeviceId, Seconds
from tests.simulation.machines import HUB_DB, SERVICE_DB
from tests.simulation.truth import Lying, Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

MINUTE_S: Final = 60.0
SILENCE_S: Final = 20 * MINUTE_S
STUCK_S: Final = 30 * MINUTE_S
RADAR_ASK_S: Final = 45.0
ASK_S: Final = 60.0
NOT_SEEN_S: Final = 30 * MINUTE_S + ASK_S
STILL_S: Final = 4 * 3600.0 + 2 * ASK_S
# Lost requests are tried again after 5 s at most, several in a row are possible.
LINE_S: Final = 60.0
CALLS_FOR_HER: Final = (
    "fall_sensor",
    "possible_fall",
    "inactivity",
    "not_seen",
    "no_first_movement",
)


class FlatWatch:
    """Looks at the hub and its devices."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._restless: dict[str, int] = {}

    def outbox_has_a_basis(self) -> None:
        """Check that nothing lies in the outbox that may not leave."""
        for (body,) in self._world.hub.disk.look(HUB_DB, "SELECT body FROM outbox WHERE sent = 0"):
            message = json.loads(body)
            need = message["need"]
            if not self._world.truth.is_live(need["basis"], need["purpose"]):
                raise Violation("basis", f"{message['kind']} waits for {need['purpose']}")

    def is_paged(self, lying: Lying) -> None:
        """Check that somebody who lies there was paged in time."""
        if lying.paged is not None or lying.found is not None:
            return
        since_ms = (self._world.epoch_s + lying.at) * 1000
        marks = ",".join("?" * len(CALLS_FOR_HER))
        found = self._world.service.disk.look(
            SERVICE_DB,
            "SELECT m.received_ms FROM message m JOIN incident i ON i.id = m.incident"
            f" WHERE m.received_ms >= ? AND json_extract(m.body, '$.kind') IN ({marks})"
            " AND json_extract(m.body, '$.phase') NOT IN ('closed', 'answered')",
            since_ms,
            *CALLS_FOR_HER,
        )
        now = self._world.now()
        if found:
            lying.paged = now
        elif now > (until := self._limit(lying, now)):
            raise Violation("collapse_paged", f"lies since {lying.at:.0f}, limit {until:.0f}")

    def _limit(self, lying: Lying, now: Seconds) -> Seconds:
        """Return until when a page must have come, by what the hub could know."""
        world = self._world
        start = lying.at
        until = start + LINE_S + 2 * MINUTE_S
        # An off-time is measured from the last row, which may be a pulse older than the power cut.
        until += world.hub.off_s(start, now) + PULSE_S * world.outages.boots(start, now)
        until += world.outages.parted_s(start, now) + world.service.off_s(start, now)
        until += world.outages.stick_out_s("zigbee", start, now)
        if lying.radar:
            return until + RADAR_ASK_S
        long_gaps = world.outages.long_gaps(start, now)
        until += long_gaps * NOT_SEEN_S
        if world.heard_in_bath(start) and not world.outages.stick_out_s("zigbee", start, now):
            # A lost "clear" looks like movement until the sensor is no longer believed.
            held = "motion-bath" in world.air.moving
            return until + (STUCK_S if held else SILENCE_S) + ASK_S
        return until + STILL_S

    def second_way_is_taken(self) -> None:
        """Check that the hub helped itself where no receipt came."""
        world = self._world
        now, truth = world.now(), world.truth
        if truth.lit_unasked:
            raise Violation("basis", f"the light outside calls for {truth.lit_unasked}")
        taken = {truth.incident_of.get(message) for _, message in truth.second_ways}
        for message, at in truth.enqueued.items():
            if not 15.0 < now - at <= 15.0 + MINUTE_S or message in truth.receipts:
                continue
            incident = truth.incident_of[message]
            if truth.over.get(incident, now) <= at + 8.5 or incident in taken:
                continue
            if truth.taken_back.get(message, now) <= at + 8.5:
                continue
            if world.hub.off_between(at, at + 12.0):
                continue
            raise Violation("second_way", f"no receipt for {message} since {at:.0f}")

    def devices_rest(self) -> None:
        """Check that lamps and sounders are off when nobody is asked and nothing is open."""
        world, now = self._world, self._world.now()
        hub = world.hub.up
        if (
            hub is None
            or now - world.hub.on_at < MINUTE_S
            or world.outages.stick_out_s("zigbee", now - 2 * MINUTE_S, now)
        ):
            self._restless.clear()
            return
        # Not `panel()`: it reads the database, and a planned power loss would strike in our hands.
        question = hub.view.question()
        still_open = any(one.closed is None for one in hub.incidents.cards())
        for device in list(self._restless):
            if device not in world.air.lit:
                del self._restless[device]
        for device in world.air.lit:
            sounds = device.startswith("sounder") and question is None
            shines = device == "lamp-outside" and not still_open
            if not (sounds or shines):
                self._restless.pop(device, None)
                continue
            self._restless[device] = self._restless.get(device, 0) + 1
            if self._restless[device] > 3:
                raise Violation("rest", f"{device} is on since {world.air.lit[device]:.0f}")

    def room_knows(self) -> None:
        """Check that an acceptance was said and shines in the room of the incident."""
        world, now, truth = self._world, self._world.now(), self._world.truth
        if truth.untold:
            raise Violation("acceptance_in_room", f"nobody told her of {truth.untold}")
        for at, incident, key, room in truth.told:
            if key != "carer_accepted" or not 5.0 < now - at <= 5.0 + MINUTE_S:
                continue
            if incident not in truth.open or world.hub.off_between(at, now):
                continue
            if world.outages.stick_out_s("zigbee", at - MINUTE_S, now):
                continue
            lamp = DeviceId(f"lamp-{room}")
            known = lamp in world.air.apartment.devices_by_id
            if known and lamp not in world.air.refused and lamp not in world.air.lit:
                raise Violation("acceptance_in_room", f"{lamp} is dark, taken at {at:.0f}")
