# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must always hold, looked at every minute from outside, and what must hold once everything is healed."""

from typing import TYPE_CHECKING, Final

from caregiver_api.alerts.incident import HUB_SILENT
from hub.bootstrap import Hub
from tests.simulation.care_watch import CareWatch
from tests.simulation.exchange_watch import ExchangeWatch
from tests.simulation.flat_watch import FlatWatch
from tests.simulation.journal_watch import JournalWatch
from tests.simulation.machines import SERVICE_DB
from tests.simulation.outside_watch import OutsideWatch
from tests.simulation.truth import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World

INVARIANTS: Final = {
    "press_lost": "every acknowledged press is one alert revision at the service: none is lost",
    "press_twice": "and none counts twice",
    "told_once": "every message is stored once and told once on each open stream",
    "basis": "nothing without a live basis leaves the flat or lies in the outbox",
    "collapse_paged": "somebody who lies there is paged within the limit plus outage time",
    "paged_again": "an open alarm is paged again until a human has accepted",
    "owner_alone": "after an acceptance nobody else is paged",
    "acceptance_in_room": "a carer's acceptance reaches the room, in 2 s where nothing is broken",
    "answer_twice": "each answer of the service is acted on once",
    "replay_equal": "memory after a restart is bit-equal to a replay of the whole journal",
    "axis": "the axis never goes back and keeps pace with true time",
    "journal_numbers": "journal numbers are never reused, durable rows never change",
    "purged": "a withdrawn consent erases what rested on it, on both sides",
    "blind_shown": "a dead radio or sensor is never shown as all well",
    "dead_man": "the service says so when a hub is silent, and only then",
    "second_way": "without a receipt in 8 s the hub takes its own way out",
    "outside": "a minute after nobody was reached and nobody accepted the light outside is on",
    "rest": "lamps and sounders rest when nobody is asked and nothing is open",
    "converged": "where nothing is broken nothing waits for long, and in the end nothing at all",
    "crashed": "no fault of the world ends a program by an error of ours",
}
# After so long without a disturbance everything older must have got through.
CALM_S: Final = 300.0


class Watch:
    """Looks at both databases, at what the programs say, and at what really happened."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._journal = JournalWatch(world)
        self._exchange = ExchangeWatch(world)
        self.flat = FlatWatch(world)
        self.care = CareWatch(world)
        self._outside = OutsideWatch(world)
        self._looks = 0

    def booted(self, hub: Hub) -> None:
        """Look at what a start of the hub made of the journal."""
        self._journal.booted(hub)

    def look(self) -> None:
        """Check everything that must hold at any moment; called every minute."""
        self._looks += 1
        self._journal.axis_keeps_pace()
        self._journal.rows(whole=False)
        self.flat.outbox_has_a_basis()
        for lying in self._world.truth.lying:
            self.flat.is_paged(lying)
        self.flat.second_way_is_taken()
        self.flat.devices_rest()
        self._outside.calls_while_nobody_is_reached()
        self.flat.room_knows()
        self.care.pages_go_on()
        self.care.acceptances_arrive()
        self.care.blindness_is_shown()
        self.care.silence_is_told()
        if self._looks % 5 == 0:
            self._exchange.told_once()
            self._exchange.answers_once()
            now = self._world.now()
            if not self._world.outages.disturbed(now - CALM_S, now):
                before = now - 2 * CALM_S
                self._exchange.presses(before=before)
                self._exchange.purged(before=before)
                self._exchange.delivered(before=before)

    def converged(self) -> None:
        """Check what must hold once everything is healed and some hours have passed."""
        world = self._world
        self._journal.rows()
        self._exchange.told_once()
        self._exchange.answers_once()
        self._exchange.presses(before=world.now(), at_end=True)
        self._exchange.purged(before=world.now())
        self._exchange.delivered(before=world.now())
        for one in world.truth.presses.values():
            if one.acknowledged is None:
                raise Violation("press_lost", f"{one.name} was never acknowledged")
        hub = world.hub.up
        if hub is None or not world.service.on:
            raise Violation("converged", "somebody is still off")
        if len(hub.outbox):
            raise Violation("converged", f"{len(hub.outbox)} messages wait")
        if world.air.kept:
            raise Violation("converged", f"{world.air.kept} presses are not acknowledged")
        now_s = world.epoch_s + world.now()
        for incident, kind in world.service.disk.look(
            SERVICE_DB,
            "SELECT id, json_extract(alert, '$.kind') FROM incident WHERE phase = 'running'"
            " AND json_extract(state, '$.test') = 0 AND opened_s < ?",
            now_s - 3600.0,
        ):
            raise Violation("converged", f"{kind} {incident} rings for an hour")
        known = {one.incident for one in world.truth.acceptances if world.is_of_hub(one.incident)}
        told = {key[0] for key in self._exchange.said() if key[1] == "accepted"}
        if known - told:
            raise Violation("acceptance_in_room", f"the flat was never told of {known - told}")

    def is_own_alert(self, incident: str) -> bool:
        """Say whether an incident is the service's own (a silent hub), not one of the flat."""
        found = self._world.service.disk.look(
            SERVICE_DB,
            "SELECT json_extract(alert, '$.kind') FROM incident WHERE id = ?",
            incident,
        )
        return bool(found) and found[0][0] == HUB_SILENT
