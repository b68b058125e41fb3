# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What must hold between the two databases: nothing lost, nothing twice, nothing kept that was taken back."""

import json
from collections import Counter
from typing import TYPE_CHECKING

from rules.model.identity import Seconds
from tests.simulation.machines import HUB_DB, SERVICE_DB
from tests.simulation.truth import Violation

if TYPE_CHECKING:
    from tests.simulation.world import World


class ExchangeWatch:
    """Compares what the flat said with what the service knows, and back."""

    def __init__(self, world: "World") -> None:
        self._world = world

    def told_once(self) -> None:
        """Check that no message is stored twice."""
        for name, times in self._world.service.disk.look(
            SERVICE_DB,
            "SELECT json_extract(body, '$.message_id') AS name, count(*) FROM message"
            " WHERE json_extract(body, '$.kind') != 'erased' GROUP BY name HAVING count(*) > 1",
        ):
            raise Violation("told_once", f"message {name} is stored {times} times")

    def presses(self, *, before: Seconds, at_end: bool = False) -> None:
        """Compare presses with the revisions they became; those before a moment must have arrived.

        Args:
            before: true seconds.
            at_end: everything in the journal must have arrived, presses at the panel too.
        """
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
        for press in sorted(set(press_of.values()) - set(told)) if at_end else ():
            raise Violation("press_lost", press)

    def delivered(self, *, before: Seconds) -> None:
        """Check that what was durable before a moment has arrived at the other side."""
        world = self._world
        stored = {name for (name,) in world.service.disk.look(SERVICE_DB, "SELECT id FROM message")}
        for name, sent, seq in world.hub.disk.look(
            HUB_DB, "SELECT message_id, sent, seq FROM outbox"
        ):
            since = world.truth.sent.get(name, 0.0)
            if name not in stored and since < before:
                raise Violation("converged", f"message {name} of row {seq} waits (sent {sent})")
        said = self.said()
        heard = self._heard()
        late = [key for key, at in said.items() if key not in heard and at < before]
        if late:
            raise Violation("acceptance_in_room", f"the flat never heard {late}")
        missed = self._nobody_said(before=before) - self._nobody_heard()
        if missed:
            raise Violation("outside", f"the flat never heard that nobody was reached for {missed}")

    def _nobody_said(self, *, before: Seconds) -> Counter[str]:
        rows = self._world.service.disk.look(
            SERVICE_DB,
            "SELECT json_extract(body, '$.incident_id') FROM down"
            " WHERE json_extract(body, '$.kind') = 'nobody_reached' AND created_s < ?",
            self._world.epoch_s + before,
        )
        return Counter(incident for (incident,) in rows)

    def _nobody_heard(self) -> Counter[str]:
        rows = self._world.hub.disk.look(
            HUB_DB,
            "SELECT json_extract(payload, '$.incident') FROM journal WHERE kind = 'NobodyReached'",
        )
        return Counter(incident for (incident,) in rows)

    def said(self) -> dict[tuple[str, str, str, int | None], Seconds]:
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

    def answers_once(self) -> None:
        """Check that the flat acted on no answer twice."""
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
        again = self._nobody_heard() - self._nobody_said(before=self._world.now() + 1.0)
        if again:
            raise Violation("answer_twice", f"nobody reached for {again}")

    def purged(self, *, before: Seconds) -> None:
        """Check that what a withdrawn consent had allowed is gone at the service."""
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
