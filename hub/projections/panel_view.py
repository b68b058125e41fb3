# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The panel view: projections put together as the panel's value.

Interface for the faces: `PanelView.panel()` gives an immutable `hub.projections.panel.Panel`;
`await PanelView.changed(since=panel.version)` returns when something worth drawing has changed
(ordinary sensor events do not count: redraw "last heard" by your own slow timer) and None when the
hub ends.
"""

from collections import deque
from typing import Final

from hub.pipeline.projections import Projection, Projections
from hub.projections.consents import ConsentProjection
from hub.projections.device_states import DeviceStateProjection
from hub.projections.incidents import IncidentProjection
from hub.projections.panel import (
    Announcement,
    OpenQuestion,
    Panel,
    RoomView,
    SensorView,
)
from hub.projections.panel_sources import LinkState, PinState, RadioStates, RulesView
from hub.projections.presence import PresenceProjection
from hub.runtime.change_signal import ChangeSignal
from hub.runtime.clock import Clock
from hub.storage.audit import Audit
from rules.model.apartment import Apartment
from rules.model.effects import Effect, Tell
from rules.model.events import DeviceHeard, DeviceSilent, Fact, StorageFull
from rules.model.identity import Seconds
from rules.model.verdict import Blind

TOLD_SHOWN: Final = 8
ACCESSES_SHOWN: Final = 20


class PanelView(Projection):
    """Puts the panel's value together; says when it is worth drawing anew.

    Args:
        apartment: rooms and devices.
        clock: what is over, and what time it is.
        projections: where it subscribes, behind the projections it reads.
        changes: touched at each row that a panel shows.
        incidents: open incidents and the last ones.
        devices: device states.
        presence: private time, visitors, an empty flat.
        consents: consents and agreement.
        rules: what is seen and what is not, and what follows each kind.
        link: the way to the service.
        radios: the sources.
        audit: who did or saw what.
        pin: whether there is one.
    """

    def __init__(
        self,
        apartment: Apartment,
        clock: Clock,
        *,
        projections: Projections,
        changes: ChangeSignal,
        incidents: IncidentProjection,
        devices: DeviceStateProjection,
        presence: PresenceProjection,
        consents: ConsentProjection,
        rules: RulesView,
        link: LinkState,
        radios: RadioStates,
        audit: Audit,
        pin: PinState,
    ) -> None:
        self.apartment = apartment
        self._clock = clock
        self._changes = changes
        self._incidents = incidents
        self._devices = devices
        self._presence = presence
        self._consents = consents
        self._rules = rules
        self._link = link
        self._radios = radios
        self._audit = audit
        self._pin = pin
        self._told: deque[Announcement] = deque(maxlen=TOLD_SHOWN)
        self._storage_full = False
        projections.subscribe(self)

    # --- folded

    def remember(self, fact: Fact) -> None:
        """Fold a row that is not ordinary."""
        if isinstance(fact.event, StorageFull):
            self._storage_full = fact.event.full

    def fold(self, fact: Fact, effects: tuple[Effect, ...]) -> tuple[()]:
        """Fold one row; say that a panel is to be drawn anew, unless a device spoke and no more."""
        event = fact.event
        self.remember(fact)
        for effect in effects:
            if isinstance(effect, Tell):
                self._told.appendleft(
                    Announcement(
                        key=effect.key,
                        room=effect.room,
                        incident=effect.incident,
                        detail=dict(effect.detail),
                        at=event.at,
                        utc_s=fact.utc_s,
                    )
                )
        drawn = effects or isinstance(event, DeviceSilent | DeviceHeard)
        if drawn or getattr(event, "device", None) is None:
            self._changes.touch()
        return ()

    # --- read by everybody

    @property
    def version(self) -> int:
        """The number of changes that were worth drawing."""
        return self._changes.version

    async def changed(self, since: int) -> int | None:
        """Return the version once it is newer than `since`; None when the hub ends."""
        return await self._changes.changed(since)

    def panel(self) -> Panel:
        """Return everything the panel needs at this moment."""
        at, utc_s = self._clock.axis(), self._clock.utc()
        blind = self._rules.blind()
        cards = self._incidents.cards()
        presence = self._presence
        return Panel(
            at=at,
            utc_s=utc_s,
            local_s=None if utc_s is None else self.apartment.local_s(utc_s),
            night=utc_s is not None and self.apartment.is_night(utc_s),
            question=self.question(),
            incidents=tuple(one for one in cards if one.closed is None),
            past=tuple(one for one in cards if one.closed is not None),
            rooms=self.rooms(blind),
            sensors=tuple(self._sensors()),
            blind=blind,
            paused_until=presence.paused_until,
            visit_until=presence.visit_until,
            away=presence.away,
            away_until=presence.away_until,
            agreement=self._consents.agreement,
            consents=self._consents.views(),
            told=tuple(self._told),
            link=self._link.view(),
            sources=self._radios.states(),
            storage_full=self._storage_full,
            pin_set=self._pin.is_set,
            declared=self._rules.declared,
            accesses=tuple(self._audit.newest(ACCESSES_SHOWN)),
            version=self.version,
        )

    def rooms(self, blind: tuple[Blind, ...]) -> tuple[RoomView, ...]:
        """Return each room with what is not visible in it."""
        covered = self._rules.rooms()
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

    def question(self) -> OpenQuestion | None:
        """Return the question to answer first, None when nobody asks."""
        asked = self._incidents.asked()
        if not asked:
            return None
        first = asked[0]
        answer_by = first.answer_by or 0.0
        return OpenQuestion(
            incident=first.id,
            kind=first.kind,
            room=first.room,
            answer_by=answer_by,
            left_s=self._clock.real_until(answer_by),
            attempt=first.attempt,
        )

    def _sensors(self) -> list[SensorView]:
        devices = self._devices
        return [
            SensorView(
                id=one.id,
                name=one.name,
                role=one.role,
                room=one.room,
                heard_at=devices.heard.get(one.id),
                heard_utc_s=self._utc_of(devices.heard.get(one.id)),
                silent=one.id in devices.silent,
                charge_pct=devices.charge_pct.get(one.id),
                on=devices.on.get(one.id),
            )
            for one in self.apartment.devices
        ]

    def _utc_of(self, at: Seconds | None) -> Seconds | None:
        return None if at is None else self._clock.utc_of(at)
