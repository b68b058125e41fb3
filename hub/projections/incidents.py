# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""Incidents as panel and restart know them: open ones and the last ones that are over."""

import json
from collections.abc import Iterable
from typing import Final

from hub.pipeline.projections import Projection, Projections
from hub.projections.incident_cards import IncidentCard, after_effect, after_event
from hub.projections.panel import Evidence
from hub.storage.journal import Journal, Statement, as_json
from hub.storage.payload import kind_of, plain
from rules.model.codec import decode, encode
from rules.model.effects import Effect
from rules.model.events import Fact
from rules.model.identity import IncidentId, Seq

PAST_SHOWN: Final = 30
_KEEP: Final = "INSERT OR REPLACE INTO incident VALUES (?,?,?,?)"


class IncidentProjection(Projection):
    """The card of each incident; kept in the transaction of the row that changed it.

    Args:
        projections: where it subscribes.
        journal: rows that verdicts rest on.
    """

    def __init__(self, projections: Projections, journal: Journal) -> None:
        self._journal = journal
        self._cards: dict[IncidentId, IncidentCard] = {}
        projections.subscribe(self)

    def load(self, journal: Journal) -> None:
        """Read open incidents and the newest ones."""
        for (card,) in journal.read(
            "SELECT card FROM incident WHERE open = 1 OR id IN"
            " (SELECT id FROM incident ORDER BY opened DESC LIMIT ?) ORDER BY opened",
            PAST_SHOWN,
        ):
            known = decode(IncidentCard, json.loads(card))
            self._cards[known.id] = known

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> Iterable[Statement]:
        """Fold one row; return the cards that changed."""
        changed: dict[IncidentId, IncidentCard] = {}
        if (card := after_event(self._cards, fact.event)) is not None:
            self._cards[card.id] = changed[card.id] = card
        for effect in effects:
            card = after_effect(
                self._cards, effect, seq=fact.seq, at=fact.event.at, utc_s=fact.utc_s
            )
            if card is not None:
                self._cards[card.id] = changed[card.id] = card
        if not changed:
            return ()
        self._forget()
        return [
            (_KEEP, (one.id, one.opened, 1 if one.closed is None else 0, as_json(encode(one))))
            for one in changed.values()
        ]

    def _forget(self) -> None:
        past = [one for one in self._cards.values() if one.closed is not None]
        for one in past[: max(0, len(past) - PAST_SHOWN)]:
            del self._cards[one.id]

    def card(self, incident: IncidentId) -> IncidentCard | None:
        """Return one incident, None when it is unknown or long over."""
        return self._cards.get(incident)

    def cards(self) -> list[IncidentCard]:
        """Return all cards, newest first."""
        return sorted(self._cards.values(), key=lambda one: one.opened, reverse=True)

    def asked(self) -> list[IncidentCard]:
        """Return the incidents about which the resident is asked now, most pressing first."""
        asked = [one for one in self._cards.values() if one.answer_by is not None]
        return sorted(asked, key=lambda one: one.answer_by or 0.0)

    def why(self, incident: IncidentId) -> tuple[Evidence, ...]:
        """Return the journal rows the newest verdict of an incident rests on, oldest first."""
        card = self._cards.get(incident)
        return tuple(_evidence(seq, self._journal) for seq in (card.evidence if card else ()))


def _evidence(seq: Seq, journal: Journal) -> Evidence:
    found = journal.event(seq)
    if found is None:
        return Evidence(seq=seq, kind="gone", device=None, at=None, utc_s=None)
    event, utc_s = found
    detail = {
        key: value
        for key, value in plain(event).items()
        if key not in {"type", "at", "device", "press"}
    }
    return Evidence(
        seq=seq,
        kind=kind_of(event),
        device=getattr(event, "device", None),
        at=event.at,
        utc_s=utc_s,
        detail=detail,
    )
