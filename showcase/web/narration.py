# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sentences of the visitors' page: devices, conclusions, stations, endings."""

from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from markupsafe import Markup

from design.language import Words
from rules.model.apartment import Apartment
from rules.model.identity import DeviceId
from showcase.apartment.set_up import PURPOSES
from showcase.stories.picture import Ending, Picture
from showcase.stories.trace import Hop, Trace
from showcase.web.endings import STATIONS, Endings


@dataclass(frozen=True, slots=True, kw_only=True)
class Station:
    """One station of the way of an event, ready to be shown.

    Attributes:
        state: `wait`, `done`, `shut` (the gate) or `lost` (what belongs here did not come).
        at: story time of day; `took_ms` real milliseconds since the event's first hop.
        proof: names that stand in journal and service.
    """

    id: str
    icon: str
    head: Markup
    text: Markup
    state: str
    at: str = ""
    took_ms: int | None = None
    proof: str = ""


class Narrator:
    """Says in one language what the picture shows.

    Args:
        words: the reader's language.
        apartment: names roles and rooms of devices.
        tz: the flat's time zone.
    """

    def __init__(self, words: Words, apartment: Apartment, tz: tzinfo) -> None:
        self._words = words
        self._apartment = apartment
        self._tz = tz

    def room(self, room: str | None) -> Markup:
        """Name a room."""
        return self._words.name("places", room or "")

    def device(self, device: str) -> Markup:
        """Name a device by what it is and where."""
        known = self._apartment.devices_by_id.get(DeviceId(device))
        if known is None:
            return Markup.escape(device)
        _ = self._words.gettext
        what = self._words.name("roles", known.role)
        return _("%(what)s, %(room)s", what=what, room=self.room(known.room))

    def conclusion(self, kind: str) -> Markup:
        """Name what a rule concluded."""
        return self._words.verdict(kind).title

    def time(self, utc_s: float | None) -> Markup:
        """Say a story time of day."""
        if utc_s is None:
            return Markup()
        return self._words.time(datetime.fromtimestamp(utc_s, self._tz))

    # --- the five stations ----------------------------------------------------------------

    def stations(self, picture: Picture) -> list[Station]:
        """Say how far the event has come."""
        trace = picture.trace
        stations = [
            self._sensor(trace),
            self._rule(trace),
            self._question(picture, trace),
            self._gate(picture, trace),
            self._phone(picture, trace),
        ]
        short = picture.failure
        lost = STATIONS.get(short.hop) if short and picture.ending is Ending.BROKEN else None
        text = self._words.gettext("This did not come.")
        return [
            replace(one, state="lost", text=text) if one.id == lost else one for one in stations
        ]

    def _station(
        self, name: str, icon: str, head: Markup, text: Markup, hop: Hop | None, trace: Trace | None
    ) -> Station:
        if hop is None:
            return Station(id=name, icon=icon, head=head, text=text, state="wait")
        assert trace is not None
        way = trace.way
        first = way[0] if way else hop
        took = max(0, round(hop.wall_ms - first.wall_ms))
        return Station(
            id=name,
            icon=icon,
            head=head,
            text=text,
            state="done",
            at=self.time(hop.utc_s),
            took_ms=took if hop is not first else None,
            proof=hop.proof,
        )

    def _sensor(self, trace: Trace | None) -> Station:
        _ = self._words.gettext
        hop = (trace.get("decoded") or trace.get("frame")) if trace else None
        text = _("No camera, no microphone: only movement, contact, current.")
        if hop is not None:
            text = self.device(str(hop.ids.get("device", "")))
        station = self._station("sensor", "sensor", _("A sensor notices"), text, hop, trace)
        row = trace.get("journaled") if trace else None
        return station if row is None else replace(station, proof=row.proof)

    def _rule(self, trace: Trace | None) -> Station:
        _ = self._words.gettext
        hop = trace.get("verdict") if trace else None
        text = _("It is computed here in the flat, not in a cloud.")
        if hop is not None:
            text = self.conclusion(str(hop.ids.get("kind", "")))
            room = hop.ids.get("room")
            if room:
                text = _("%(what)s, %(room)s", what=text, room=self.room(str(room)))
        return self._station("rule", "rule", _("A rule concludes"), text, hop, trace)

    def _question(self, picture: Picture, trace: Trace | None) -> Station:
        _ = self._words.gettext
        head, text = _("The flat asks her"), _("First she is asked, by light and sound.")
        hop = None
        if trace is not None:
            asked = trace.get("asked")
            answered, silent = trace.get("answered"), trace.get("timed_out")
            hop = answered or silent or asked
            if answered is not None:
                text = _("She answered: I am fine.")
            elif silent is not None:
                text = _("No answer.")
            elif asked is not None:
                text = _("Light and sound are on. She can press “I am fine”.")
        if hop is None and picture.story is not None and "asked" not in picture.story.hops:
            text = _("A call for help is never questioned.")
        return self._station("question", "bell", head, text, hop, trace)

    def _gate(self, picture: Picture, trace: Trace | None) -> Station:
        _ = self._words.gettext
        head = _("Her consent")
        name = self._words.name
        withdrawn = [name("purposes", one) for one in PURPOSES if one in picture.withdrawn]
        if not withdrawn:
            text = _("The gate is open: emergencies may go to her care team.")
        elif len(withdrawn) == len(PURPOSES):
            text = _("The gate is shut: nothing leaves but a call for help.")
        else:
            text = _("Half open. Not allowed: %(what)s.", what=Markup(", ").join(withdrawn))
        hop = trace.get("enqueued") or trace.get("decided") if trace else None
        if hop is not None:
            purpose = str(hop.ids.get("purpose") or "")
            text = (
                _(
                    "Consent “%(purpose)s” is given: this one message may leave.",
                    purpose=name("purposes", purpose),
                )
                if purpose
                else _("The help agreement holds, even with all consents withdrawn.")
            )
        station = self._station("gate", "lock", head, text, hop, trace)
        if trace is not None and trace.withheld is not None:
            return Station(
                id="gate",
                icon="lock",
                head=head,
                text=_("No consent: nothing leaves. Light and sound at home stay."),
                state="shut",
            )
        return station

    def _phone(self, picture: Picture, trace: Trace | None) -> Station:
        _ = self._words.gettext
        hop = None
        text = _("Her care team hears what happened, where, and why.")
        if trace is not None:
            hop = trace.get("acknowledged") or trace.get("paged") or trace.get("received")
            card = picture.card
            if trace.get("acknowledged") is not None and card is not None and card.who:
                text = _("%(who)s is coming, about %(minutes)s minutes.", **_answer(picture))
            elif hop is not None:
                text = _("Every open page sounds until somebody takes it.")
        return self._station("phone", "phone", _("The carer's phone"), text, hop, trace)

    # --- phone, room, ending --------------------------------------------------------------

    def answer(self, picture: Picture) -> Markup:
        """Say in the room who is coming; empty while nobody is."""
        card = picture.card
        if card is None or card.step in {"received", "paged"} or not card.who:
            return Markup()
        _ = self._words.gettext
        if card.minutes:
            return _("%(who)s is coming, about %(minutes)s minutes.", **_answer(picture))
        return _("%(who)s is coming.", who=card.who)

    def ending(self, picture: Picture) -> Markup:
        """Say how it ended."""
        endings = Endings(
            self._words, device=self.device, conclusion=self.conclusion, time=self.time
        )
        return endings.ending(picture)


def _answer(picture: Picture) -> dict[str, object]:
    card = picture.card
    assert card is not None
    return {"who": card.who, "minutes": card.minutes or "?"}
