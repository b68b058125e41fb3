# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The effect executor: outbox rows, audit and marks in the transaction of their fact."""

from hub.storage.audit import Audit, audited
from hub.storage.journal import Journal
from hub.storage.outbox import Outbox
from rules.model.effects import Effect, Purge, Send, Withheld
from rules.model.events import EscalationRunning, Fact


class EffectExecutor:
    """Puts everything that follows from a fact into the transaction of its row."""

    def __init__(self, journal: Journal, outbox: Outbox, audit: Audit) -> None:
        self._journal = journal
        self._outbox = outbox
        self._audit = audit

    def add(
        self,
        fact: Fact,
        effects: tuple[Effect, ...],
        marks: tuple[tuple[str, str], ...],
    ) -> tuple[Effect, ...]:
        """Buffer it all; the next commit holds it together with the row.

        Args:
            fact: the row.
            effects: what the rules want done.
            marks: named values of the caller.

        Returns:
            The effects, and that incidents were withheld of which nothing had left.
        """
        withheld: list[Effect] = []
        for effect in effects:
            match effect:
                case Send(message=message):
                    self._outbox.enqueue(message, fact.seq)
                case Purge(need=need):
                    gone = self._outbox.purge(need)
                    for message in gone:
                        self._note(fact, ("hub", "purged", message.id))
                    withheld += [
                        Withheld(incident=incident, need=need, unsent=True)
                        for incident in self._outbox.of_which_nothing_left(gone)
                    ]
                case _:
                    pass
        if isinstance(fact.event, EscalationRunning):
            self._outbox.running(fact.event.message)
        for key, value in marks:
            self._journal.set_mark(key, value)
        effects += tuple(withheld)
        for entry in audited(fact.event, effects):
            self._note(fact, entry)
        return effects

    def _note(self, fact: Fact, entry: tuple[str, str, str]) -> None:
        actor, action, subject = entry
        self._audit.note(fact.event.at, fact.utc_s, actor=actor, action=action, subject=subject)
