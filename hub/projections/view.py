# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be shown of the flat: facts and effects folded into the panel's value.

Interface for the faces: `View.panel()` gives an immutable `hub.projections.panel.Panel`;
`await View.changed(since=panel.version)` returns when something worth drawing has changed (ordinary
sensor events do not count: redraw "last heard" by your own slow timer) and None when the hub ends;
`View.why(incident, journal)` gives the rows an incident rests on.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from typing import Final

from hub.projections.incidents import Card, after_effect, after_event, from_plain
from hub.projections.panel import (
    ConsentView,
    Evidence,
    LinkView,
    Panel,
    Question,
    RoomView,
    SensorView,
    Told,
)
from hub.runtime.clock import Clock
from hub.storage.audit import Entry
from hub.storage.journal import Journal
from hub.storage.payload import plain
from rules.model.apartment import Apartment
from rules.model.consent import Purpose
from rules.model.effects import Effect, Tell
from rules.model.events import (
    AgreementChanged,
    BatteryMeasured,
    CameHome,
    ConsentChanged,
    DeviceHeard,
    DeviceSilent,
    Event,
    Fact,
    LeftHome,
    Paused,
    Resumed,
    StorageFull,
    SwitchSensed,
    VisitEnded,
    VisitStarted,
)
from rules.model.identity import DeviceId, IncidentId, RoomId, Seconds, Seq
from rules.model.verdict import Blind
from rules.situation.coverage import RoomCoverage

PAST_SHOWN: Final = 30
TOLD_SHOWN: Final = 8


class View:
    """Folds what happened; written by the pipeline only, read by everybody."""

    def __init__(self, apartment: Apartment, clock: Clock) -> None:
        self.apartment = apartment
        self._clock = clock
        self._cards: dict[IncidentId, Card] = {}
        self._heard: dict[DeviceId, Seconds] = {}
        self._charge: dict[DeviceId, float] = {}
        self._on: dict[DeviceId, bool] = {}
        self._silent: set[DeviceId] = set()
        self._paused_until: Seconds | None = None
        self._visit_until: Seconds | None = None
        self._away = False
        self._away_until: Seconds | None = None
        self._agreement = False
        self._consents: dict[Purpose, tuple[Seconds | None, ConsentChanged]] = {}
        self._confirmed: set[str] = set()
        self._told: deque[Told] = deque(maxlen=TOLD_SHOWN)
        self._storage_full = False
        self.pin_set = False
        self.version = 0
        self._changed = asyncio.Event()
        self._closed = False
        self.blind: Callable[[], tuple[Blind, ...]] = tuple
        self.coverage: Callable[[], Mapping[RoomId, RoomCoverage]] = dict
        self.sources: Callable[[], Mapping[str, str]] = dict
        self.link: Callable[[], LinkView] = LinkView
        self.accesses: Callable[[], list[Entry]] = list

    def load(self, journal: Journal) -> None:
        """Fill the view from the database at start."""
        for (card,) in journal.read(
            "SELECT card FROM incident WHERE open = 1 OR id IN"
            " (SELECT id FROM incident ORDER BY opened DESC LIMIT ?) ORDER BY opened",
            PAST_SHOWN,
        ):
            known = from_plain(json.loads(card))
            self._cards[known.id] = known
        for device, at in journal.read(
            "SELECT device, max(at) FROM journal WHERE device IS NOT NULL"
            " AND kind NOT IN ('DeviceSilent', 'DeviceHeard') GROUP BY device"
        ):
            self._heard[DeviceId(device)] = at
        for fact in journal.facts(held_only=True):
            self._event(fact.event, fact.utc_s)
        confirmed = journal.mark("withdrawals_confirmed")
        self._confirmed = set(confirmed.split()) if confirmed else set()
        self.pin_set = journal.mark("pin") is not None

    # --- written by the pipeline

    def note(self, fact: Fact, effects: tuple[Effect, ...]) -> list[Card]:
        """Fold one fact and its effects; return the cards that changed, newest content."""
        cards: dict[IncidentId, Card] = {}
        if (card := after_event(self._cards, fact.event)) is not None:
            self._cards[card.id] = cards[card.id] = card
        for effect in effects:
            card = after_effect(
                self._cards, effect, seq=fact.seq, at=fact.event.at, utc_s=fact.utc_s
            )
            if card is not None:
                self._cards[card.id] = cards[card.id] = card
            elif isinstance(effect, Tell):
                self._told.appendleft(
                    Told(
                        key=effect.key,
                        room=effect.room,
                        incident=effect.incident,
                        detail=dict(effect.detail),
                        at=fact.event.at,
                        utc_s=fact.utc_s,
                    )
                )
        if self._event(fact.event, fact.utc_s) or effects:
            self.touch()
        if cards:
            self._forget()
        return list(cards.values())

    def touch(self) -> None:
        """Say that something worth drawing changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def confirmed(self, purpose: str) -> set[str]:
        """Note that the service carried a withdrawal out; return all such purposes."""
        self._confirmed.add(purpose)
        self.touch()
        return self._confirmed

    def _event(self, event: Event, utc_s: Seconds | None) -> bool:
        """Fold one event; say whether a panel should be drawn anew for it alone."""
        device: DeviceId | None = getattr(event, "device", None)
        match event:
            case DeviceSilent():
                self._silent.add(event.device)
                return True
            case DeviceHeard():
                self._silent.discard(event.device)
                return True
            case BatteryMeasured():
                self._charge[event.device] = event.charge_pct
            case SwitchSensed():
                self._on[event.device] = event.on
            case Paused(until=until):
                self._paused_until = until
            case Resumed():
                self._paused_until = None
            case VisitStarted(until=until):
                self._visit_until = until
            case VisitEnded():
                self._visit_until = None
            case LeftHome(until=until):
                self._away, self._away_until = True, until
            case CameHome():
                self._away, self._away_until = False, None
            case AgreementChanged(live=live):
                self._agreement = live
            case ConsentChanged(purpose=purpose):
                self._consents[purpose] = (utc_s, event)
                self._confirmed.discard(purpose)
            case StorageFull(full=full):
                self._storage_full = full
            case _:
                pass
        if device is not None:
            self._heard[device] = event.at
            return False
        return True

    def _forget(self) -> None:
        past = [one for one in self._cards.values() if one.closed is not None]
        for one in past[: max(0, len(past) - PAST_SHOWN)]:
            del self._cards[one.id]

    # --- read by everybody

    async def changed(self, since: int) -> int | None:
        """Return the version once it is newer than `since`; None when the hub ends."""
        while self.version <= since and not self._closed:
            await self._changed.wait()
        return None if self._closed else self.version

    def close(self) -> None:
        """Let everybody go who waits for a change; the process ends."""
        self._closed = True
        self._changed.set()

    def card(self, incident: IncidentId) -> Card | None:
        """Return one incident, None when it is unknown or long over."""
        return self._cards.get(incident)

    @property
    def paused(self) -> bool:
        """Say whether private time is on now."""
        return self._paused_until is not None and self._paused_until > self._clock.axis()

    def panel(self) -> Panel:
        """Return everything the panel needs at this moment."""
        at, utc_s = self._clock.axis(), self._clock.utc()
        blind = self.blind()
        cards = sorted(self._cards.values(), key=lambda one: one.opened, reverse=True)
        return Panel(
            at=at,
            utc_s=utc_s,
            local_s=None if utc_s is None else self.apartment.local_s(utc_s),
            night=utc_s is not None and self.apartment.is_night(utc_s),
            question=self._question(at),
            incidents=tuple(one for one in cards if one.closed is None),
            past=tuple(one for one in cards if one.closed is not None),
            rooms=self.rooms(blind),
            sensors=tuple(self._sensors()),
            blind=blind,
            paused_until=self._until(self._paused_until, at),
            visit_until=self._until(self._visit_until, at),
            away=self._away and (self._away_until is None or self._away_until > at),
            away_until=self._until(self._away_until, at),
            agreement=self._agreement,
            consents=tuple(self._consent(purpose) for purpose in Purpose),
            told=tuple(self._told),
            link=self.link(),
            sources=dict(self.sources()),
            storage_full=self._storage_full,
            pin_set=self.pin_set,
            accesses=tuple(self.accesses()),
            version=self.version,
        )

    def rooms(self, blind: tuple[Blind, ...]) -> tuple[RoomView, ...]:
        """Return each room with what is not visible in it."""
        covered = self.coverage()
        return tuple(
            RoomView(
                id=room.id,
                type=room.type,
                name=room.name,
                live=room.id in covered and covered[room.id].live,
                blind=tuple(one for one in blind if one.room in {room.id, None}),
            )
            for room in self.apartment.rooms
        )

    def why(self, incident: IncidentId, journal: Journal) -> tuple[Evidence, ...]:
        """Return the journal rows the newest verdict of an incident rests on, oldest first."""
        card = self._cards.get(incident)
        return tuple(self._evidence(seq, journal) for seq in (card.evidence if card else ()))

    def _evidence(self, seq: Seq, journal: Journal) -> Evidence:
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
            kind=type(event).__name__,
            device=getattr(event, "device", None),
            at=event.at,
            utc_s=utc_s,
            detail=detail,
        )

    def _question(self, at: Seconds) -> Question | None:
        asked = [one for one in self._cards.values() if one.answer_by is not None]
        asked.sort(key=lambda one: (one.answer_by or 0.0) - at)
        if not asked:
            return None
        first = asked[0]
        answer_by = first.answer_by or 0.0
        return Question(
            incident=first.id,
            kind=first.kind,
            room=first.room,
            answer_by=answer_by,
            left_s=self._clock.real_until(answer_by),
            attempt=first.attempt,
        )

    def _sensors(self) -> list[SensorView]:
        return [
            SensorView(
                id=one.id,
                name=one.name,
                role=one.role,
                room=one.room,
                heard_at=self._heard.get(one.id),
                heard_utc_s=self._utc_of(self._heard.get(one.id)),
                silent=one.id in self._silent,
                charge_pct=self._charge.get(one.id),
                on=self._on.get(one.id),
            )
            for one in self.apartment.devices
        ]

    def _consent(self, purpose: Purpose) -> ConsentView:
        utc_s, last = self._consents.get(purpose, (None, None))
        return ConsentView(
            purpose=purpose,
            state=last.state if last else None,
            at=last.at if last else None,
            utc_s=utc_s,
            by=last.by if last else "",
            confirmed=purpose in self._confirmed,
        )

    def _utc_of(self, at: Seconds | None) -> Seconds | None:
        return None if at is None else self._clock.utc_of(at)

    @staticmethod
    def _until(until: Seconds | None, at: Seconds) -> Seconds | None:
        return until if until is not None and until > at else None
