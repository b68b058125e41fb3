# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must always hold, looked at every minute from outside, and what must hold once everything is healed."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Final

from caregiver_api.escalation import GRACE_S
from caregiver_api.incidents import HUB_SILENT
from hub.bootstrap import Hub
from hub.ticker import PULSE_S
from rules.identity import Seconds
from tests.simulation.machines import HUB_DB, SERVICE_DB
from tests.simulation.replay import Shadow
from tests.simulation.truth import Called, Lying, Violation

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
    "rest": "lamps and sounders rest when nobody is asked and nothing is open",
    "converged": "where nothing is broken nothing waits for long, and in the end nothing at all",
    "crashed": "no fault of the world ends a program by an error of ours",
}
MINUTE_S: Final = 60.0
SILENCE_S: Final = 20 * MINUTE_S
STUCK_S: Final = 30 * MINUTE_S
RADAR_ASK_S: Final = 45.0
ASK_S: Final = 60.0
NOT_SEEN_S: Final = 30 * MINUTE_S + ASK_S
LONG_GAP_S: Final = 15 * MINUTE_S
STILL_S: Final = 4 * 3600.0 + 2 * ASK_S
# Lost requests are tried again after 5 s at most, several in a row are possible.
LINE_S: Final = 60.0
WAIT_S: Final = 60.0
# After so long without a disturbance everything older must have got through.
CALM_S: Final = 300.0
CALLS_FOR_HER: Final = (
    "fall_sensor",
    "possible_fall",
    "inactivity",
    "not_seen",
    "no_first_movement",
)


class Watch:
    """Looks at both databases, at what the programs say, and at what really happened."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self._shadow = Shadow(world.flat)
        self._rows: list[tuple[int, float, str, str | None]] = []
        self._restless: dict[str, int] = {}
        self._axis: tuple[Hub, Seconds, Seconds] | None = None
        self.looks = 0

    # --- at every start of the hub

    def booted(self, hub: Hub) -> None:
        """Compare memory after a restart with a replay of everything, and the journal with what it was."""
        self._journal()
        last = self._rows[-2] if len(self._rows) > 1 else None
        if last is not None and self._rows[-1][1] < last[1]:
            raise Violation("axis", f"booted at {self._rows[-1][1]}, last row at {last[1]}")
        rows = self._world.hub.disk.look(
            HUB_DB, "SELECT at, utc_s FROM journal ORDER BY seq DESC LIMIT 2"
        )
        if len(rows) == 2 and rows[0][1] is not None and rows[1][1] is not None:
            (at, utc_s), (before, before_s) = rows
            if abs((at - before) - (utc_s - before_s)) > 1.0:
                raise Violation("axis", f"{at - before:.1f} s for {utc_s - before_s:.1f} s")
        if not self._shadow.equals(hub):
            raise Violation("replay_equal", f"after row {self._rows[-1][0]}")

    def _journal(self, *, whole: bool = True) -> None:
        known = self._rows
        after = 0 if whole or not known else known[-1][0]
        found = self._world.hub.disk.look(
            HUB_DB, "SELECT seq, at, kind, payload FROM journal WHERE seq > ? ORDER BY seq", after
        )
        if whole and found[: len(known)] != known:
            raise Violation("journal_numbers", f"one of {len(known)} durable rows changed")
        rows = found if whole else known + found
        start = 0 if whole else max(0, len(known) - 1)
        for before, behind in zip(rows[start:], rows[start + 1 :], strict=False):
            if behind[1] < before[1]:
                raise Violation("axis", f"row {behind[0]} lies before row {before[0]}")
        self._rows = rows

    # --- every minute

    def look(self) -> None:
        """Check everything that must hold at any moment."""
        self.looks += 1
        self._axis_keeps_pace()
        self._journal(whole=False)
        self.outbox_has_a_basis()
        for lying in self._world.truth.lying:
            self._is_paged(lying)
        self._pages_go_on()
        self._acceptances_arrive()
        self._blindness_is_shown()
        self._silence_is_told()
        self._second_way_is_taken()
        self._devices_rest()
        if self.looks % 5 == 0:
            self._told_once()
            self._answers_once()
            calm = not self._world.disturbed(self._world.now() - CALM_S, self._world.now())
            if calm:
                before = self._world.now() - 2 * CALM_S
                self._presses(before=before)
                self._purged(before=before)
                self._delivered(before=before)

    def _axis_keeps_pace(self) -> None:
        hub, now = self._world.hub.up, self._world.now()
        if hub is None:
            self._axis = None
            return
        axis = hub.clock.axis()
        if self._axis is not None and self._axis[0] is hub:
            _, before, then = self._axis
            if abs((axis - before) - (now - then)) > 0.01:
                raise Violation("axis", f"{axis - before} s in {now - then} s")
        self._axis = (hub, axis, now)

    def outbox_has_a_basis(self) -> None:
        for (body,) in self._world.hub.disk.look(HUB_DB, "SELECT body FROM outbox WHERE sent = 0"):
            message = json.loads(body)
            need = message["need"]
            if not self._world.truth.is_live(need["basis"], need["purpose"]):
                raise Violation("basis", f"{message['kind']} waits for {need['purpose']}")

    def _is_paged(self, lying: Lying) -> None:
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
        until += world.hub.off_s(start, now) + PULSE_S * world.boots(start, now)
        until += world.parted_s(start, now) + world.service.off_s(start, now)
        until += world.stick_out_s("zigbee", start, now)
        if lying.radar:
            return until + RADAR_ASK_S
        long_gaps = world.long_gaps(start, now)
        until += long_gaps * NOT_SEEN_S
        if world.heard_in_bath(start) and not world.stick_out_s("zigbee", start, now):
            # A lost "clear" looks like movement until the sensor is no longer believed.
            held = "motion-bath" in world.air.moving
            return until + (STUCK_S if held else SILENCE_S) + ASK_S
        return until + STILL_S

    def _pages_go_on(self) -> None:
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

    def _acceptances_arrive(self) -> None:
        world = self._world
        now = world.now()
        for one in world.truth.acceptances:
            if not 4.0 < now - one.answered <= 4.0 + MINUTE_S:
                continue
            if world.disturbed(one.asked - 60.0, one.answered + 3.0):
                continue
            name = world.name_of(one.who)
            heard = [
                at
                for at, incident, step, who in world.truth.answered
                if (incident, step, who) == (one.incident, "accepted", name)
            ]
            if world.is_of_hub(one.incident) and not any(at <= one.answered + 2.0 for at in heard):
                raise Violation("acceptance_in_room", f"{one} was heard at {heard}")

    def _blindness_is_shown(self) -> None:
        world = self._world
        now = world.now()
        if world.disturbed(now - 120.0, now) or world.service.service is None:
            return
        known = world.service.service.hubs.find(world.hub_id)
        if known is None or known.heartbeat is None:
            return
        blind = {one.device for one in known.heartbeat.blind}
        for device in world.air.silent:
            heard = world.air.heard_s.get(device, 0.0)
            limit = world.air.apartment.devices_by_id[device].silent_after_s
            # What the hub did between its last row and the power cut, it cannot know.
            limit += 120.0 + PULSE_S * world.boots(heard, now)
            if now - heard - world.hub.off_s(heard, now) > limit and device not in blind:
                raise Violation("blind_shown", f"{device} was heard at {heard:.0f} last")
        for source in world.air.broken:
            if world.stick_out_s(source, now - 120.0, now) >= 119.0:
                why = {one.why for one in known.heartbeat.blind}
                if known.heartbeat.radios.get(source) != "down" or "radio" not in why:
                    raise Violation("blind_shown", f"{source} is gone, shown {why}")

    def _silence_is_told(self) -> None:
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

    def _second_way_is_taken(self) -> None:
        world = self._world
        now, truth = world.now(), world.truth
        taken = {truth.incident_of.get(message) for _, message in truth.second_ways}
        for message, at in truth.enqueued.items():
            if not 15.0 < now - at <= 15.0 + MINUTE_S or message in truth.receipts:
                continue
            incident = truth.incident_of[message]
            if truth.over.get(incident, now) <= at + 8.5 or incident in taken:
                continue
            if world.hub.off_between(at, at + 12.0):
                continue
            raise Violation("second_way", f"no receipt for {message} since {at:.0f}")

    def _told_once(self) -> None:
        for name, times in self._world.service.disk.look(
            SERVICE_DB,
            "SELECT json_extract(body, '$.message_id') AS name, count(*) FROM message"
            " WHERE json_extract(body, '$.kind') != 'erased' GROUP BY name HAVING count(*) > 1",
        ):
            raise Violation("told_once", f"message {name} is stored {times} times")

    def _presses(self, *, before: Seconds) -> None:
        """Compare presses with the revisions they became; those before a moment must have arrived."""
        rows = self._world.hub.disk.look(
            HUB_DB,
            "SELECT seq, json_extract(payload, '$.press') FROM journal WHERE kind = 'HelpPressed'",
        )
        press_of = dict(rows)
        cards: dict[tuple[str, int], int] = {}
        for incident, count, evidence in self._world.service.disk.look(
            SERVICE_DB,
            "SELECT incident, coalesce(json_extract(body, '$.count'), 1),"
            " json_extract(body, '$.evidence') FROM message"
            " WHERE json_extract(body, '$.kind') = 'help_call'",
        ):
            cards[incident, count] = json.loads(evidence)[-1]
        for seq in cards.values():
            if seq not in press_of:
                raise Violation("journal_numbers", f"row {seq} was told and is no press")
        told = Counter(press_of[seq] for seq in cards.values())
        for press, times in told.items():
            if times > 1:
                raise Violation("press_twice", f"{press} is {times} revisions")
        for one in self._world.truth.presses.values():
            if one.acknowledged is not None and one.acknowledged < before and one.name not in told:
                raise Violation("press_lost", f"{one}")

    def _delivered(self, *, before: Seconds) -> None:
        """Check that what was durable before a moment has arrived at the other side."""
        world = self._world
        stored = {name for (name,) in world.service.disk.look(SERVICE_DB, "SELECT id FROM message")}
        for name, sent, seq in world.hub.disk.look(
            HUB_DB, "SELECT message_id, sent, seq FROM outbox"
        ):
            since = world.truth.sent.get(name, 0.0)
            if name not in stored and since < before:
                raise Violation("converged", f"message {name} of row {seq} waits (sent {sent})")
        said = self._said()
        heard = self._heard()
        late = [key for key, at in said.items() if key not in heard and at < before]
        if late:
            raise Violation("acceptance_in_room", f"the flat never heard {late}")

    def _devices_rest(self) -> None:
        world, now = self._world, self._world.now()
        hub = world.hub.up
        if (
            hub is None
            or now - world.hub.on_at < MINUTE_S
            or world.stick_out_s("zigbee", now - 2 * MINUTE_S, now)
        ):
            self._restless.clear()
            return
        # Not `panel()`: it reads the database, and a planned power loss would strike in our hands.
        question = hub.view._question(hub.clock.axis())
        still_open = any(one.closed is None for one in hub.view._cards.values())
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

    # --- after everything was healed

    def converged(self) -> None:
        """Check what must hold once everything is healed and some hours have passed."""
        world = self._world
        self._journal()
        self._told_once()
        self._answers_once()
        self._presses(before=world.now())
        self._purged(before=world.now())
        self._delivered(before=world.now())
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
        told = {key[0] for key in self._said() if key[1] == "accepted"}
        if known - told:
            raise Violation("acceptance_in_room", f"the flat was never told of {known - told}")

    def _said(self) -> dict[tuple[str, str, str, int | None], Seconds]:
        """Return what the service said of carers, and when first (true seconds)."""
        rows = self._world.service.disk.look(
            SERVICE_DB,
            "SELECT json_extract(body, '$.incident_id'), json_extract(body, '$.step'),"
            " json_extract(body, '$.carer'), json_extract(body, '$.minutes'), created_s FROM down"
            " WHERE json_extract(body, '$.kind') = 'carer_answered' ORDER BY number DESC",
        )
        return {tuple(row[:4]): row[4] - self._world.epoch_s for row in rows}

    def _heard(self) -> Counter[tuple[object, ...]]:
        return Counter(
            self._world.hub.disk.look(
                HUB_DB,
                "SELECT json_extract(payload, '$.incident'), json_extract(payload, '$.step'),"
                " json_extract(payload, '$.carer'), json_extract(payload, '$.minutes')"
                " FROM journal WHERE kind = 'CarerAnswered'",
            )
        )

    def _answers_once(self) -> None:
        said = Counter(
            self._world.service.disk.look(
                SERVICE_DB,
                "SELECT json_extract(body, '$.incident_id'), json_extract(body, '$.step'),"
                " json_extract(body, '$.carer'), json_extract(body, '$.minutes') FROM down"
                " WHERE json_extract(body, '$.kind') = 'carer_answered'",
            )
        )
        twice = self._heard() - said
        if twice:
            raise Violation("answer_twice", str(twice))

    def _purged(self, *, before: Seconds) -> None:
        world = self._world
        ended = dict(
            world.service.disk.look(
                SERVICE_DB, "SELECT purpose, at_s FROM withdrawn WHERE hub = ?", world.hub_id
            )
        )
        for at, purpose in world.truth.withdrawn:
            if at >= before:
                continue
            told = ended.get(purpose)
            if told is None or told < world.epoch_s + at - 1.0:
                raise Violation("purged", f"the service was not told that {purpose} ended")
        for incident, kind, purpose, opened_s in world.service.disk.look(
            SERVICE_DB,
            "SELECT id, json_extract(alert, '$.kind'), json_extract(alert, '$.purpose'), opened_s"
            " FROM incident WHERE phase = 'closed'",
        ):
            if purpose in ended and opened_s <= ended[purpose] and kind != "erased":
                raise Violation("purged", f"{kind} {incident} rests on {purpose}")

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

    def is_own_alert(self, incident: str) -> bool:
        """Say whether an incident is the service's own (a silent hub), not one of the flat."""
        found = self._world.service.disk.look(
            SERVICE_DB,
            "SELECT json_extract(alert, '$.kind') FROM incident WHERE id = ?",
            incident,
        )
        return bool(found) and found[0][0] == HUB_SILENT
