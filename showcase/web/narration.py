# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sentences of the visitors' page: devices, conclusions, stations, endings."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from design.language import Words
from rules.model.apartment import Apartment, Role
from rules.model.identity import DeviceId
from showcase.stories.scene import Ending, Scene
from showcase.stories.trace import Hop, Trace
from showcase.web.endings import STATIONS, Endings


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues; it is translated where it is said."""
    return sentence


# The phone in the showcase says what the carers' own page says, word for word.
CONCLUSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "help_call": N_("Help call"),
        "fall_sensor": N_("Fall noticed"),
        "possible_fall": N_("Possible fall"),
        "inactivity": N_("No movement for a long time"),
        "not_seen": N_("Not seen since the gap"),
        "no_first_movement": N_("No movement this morning"),
        "stove_unattended": N_("Stove is still on"),
        "leak": N_("Water on the floor"),
        "bed_exit": N_("Out of bed at night, not back"),
        "kitchen_unused": N_("Kitchen unused for long"),
        "water_running": N_("Water has been running for long"),
        "medication_drawer": N_("Medicine drawer not opened"),
        "smoke": N_("Smoke alarm"),
        "carbon_monoxide": N_("Carbon monoxide alarm"),
        "fall_wearable": N_("Fall noticed by the pendant"),
        "door_at_night": N_("Out of the door at night, not back"),
        "heat": N_("Very warm in the flat"),
        "cold": N_("Very cold in the flat"),
        "activity_drift": N_("Shared: the days have changed"),
        "night_visits_drift": N_("Shared: the nights have changed"),
        "unusual_day": N_("Shared: one day was unusual"),
        "sensor_silent": N_("A sensor is silent"),
        "stuck_on": N_("A sensor hangs"),
        "battery_low": N_("Battery low"),
        "radio_down": N_("A radio is down"),
        "power_was_off": N_("The flat's hub was off"),
        "clock_untrusted": N_("The flat's clock is not set"),
        "storage_full": N_("The hub's storage is full"),
        "row_quarantined": N_("The flat's hub has a fault"),
        "hub_silent": N_("The flat is not heard any more"),
        "alert_unreadable": N_("An alarm cannot be read"),
        "test_alarm": N_("Test alarm"),
    }
)
SENSORS: Final[Mapping[Role, str]] = MappingProxyType(
    {
        Role.MOTION: N_("Motion sensor"),
        Role.FRONT_DOOR: N_("Door contact"),
        Role.BED: N_("Bed sensor"),
        Role.HELP: N_("Pull cord"),
        Role.FINE: N_("Button “I am fine”"),
        Role.TAKE_BACK: N_("Button “No help needed”"),
        Role.FALL_RADAR: N_("Fall sensor"),
        Role.STOVE: N_("Cooker's power meter"),
        Role.LEAK: N_("Water sensor"),
        Role.TEMPERATURE: N_("Thermometer"),
        Role.STOVE_CUTOFF: N_("Cooker cut-off"),
        Role.LAMP: N_("Lamp"),
        Role.OUTSIDE_LAMP: N_("Lamp outside the door"),
        Role.SOUNDER: N_("Sounder"),
    }
)
PURPOSES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "falls": N_("Falls"),
        "inactivity": N_("No movement for long"),
        "safety": N_("Safety at home"),
        "night": N_("Night"),
    }
)
ROOMS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "bath": N_("Bathroom"),
        "bedroom": N_("Bedroom"),
        "hall": N_("Hall"),
        "living": N_("Living room"),
        "kitchen": N_("Kitchen"),
        "outside": N_("Stairwell"),
    }
)


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
    """Says in one language what the scene shows.

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
        known = ROOMS.get(room or "")
        return self._words.gettext(known) if known else Markup.escape(room or "")

    def device(self, device: str) -> Markup:
        """Name a device by what it is and where."""
        known = self._apartment.devices_by_id.get(DeviceId(device))
        if known is None:
            return Markup.escape(device)
        _ = self._words.gettext
        what = _(SENSORS.get(known.role, known.role.value))
        return _("%(what)s, %(room)s", what=what, room=self.room(known.room))

    def conclusion(self, kind: str) -> Markup:
        """Name what a rule concluded."""
        known = CONCLUSIONS.get(kind)
        return self._words.gettext(known) if known else Markup.escape(kind.replace("_", " "))

    def time(self, utc_s: float | None) -> Markup:
        """Say a story time of day."""
        if utc_s is None:
            return Markup()
        return self._words.time(datetime.fromtimestamp(utc_s, self._tz))

    # --- the five stations ----------------------------------------------------------------

    def stations(self, scene: Scene) -> list[Station]:
        """Say how far the event has come."""
        trace = scene.trace
        stations = [
            self._sensor(trace),
            self._rule(trace),
            self._question(scene, trace),
            self._gate(scene, trace),
            self._phone(scene, trace),
        ]
        short = scene.shortfall
        lost = STATIONS.get(short.hop) if short and scene.ending is Ending.BROKEN else None
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

    def _question(self, scene: Scene, trace: Trace | None) -> Station:
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
        if hop is None and scene.story is not None and "asked" not in scene.story.hops:
            text = _("A call for help is never questioned.")
        return self._station("question", "bell", head, text, hop, trace)

    def _gate(self, scene: Scene, trace: Trace | None) -> Station:
        _ = self._words.gettext
        head = _("Her consent")
        withdrawn = [_(PURPOSES[one]) for one in PURPOSES if one in scene.withdrawn]
        if not withdrawn:
            text = _("The gate is open: emergencies may go to her care team.")
        elif len(withdrawn) == len(PURPOSES):
            text = _("The gate is shut: nothing leaves but a call for help.")
        else:
            text = _("Half open. Not allowed: %(what)s.", what=Markup(", ").join(withdrawn))
        hop = trace.get("enqueued") or trace.get("decided") if trace else None
        if hop is not None:
            purpose = PURPOSES.get(str(hop.ids.get("purpose", "")))
            text = (
                _("Consent “%(purpose)s” is given: this one message may leave.", purpose=_(purpose))
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

    def _phone(self, scene: Scene, trace: Trace | None) -> Station:
        _ = self._words.gettext
        hop = None
        text = _("Her care team hears what happened, where, and why.")
        if trace is not None:
            hop = trace.get("acknowledged") or trace.get("paged") or trace.get("received")
            card = scene.card
            if trace.get("acknowledged") is not None and card is not None and card.who:
                text = _("%(who)s is coming, about %(minutes)s minutes.", **_answer(scene))
            elif hop is not None:
                text = _("Every open page sounds until somebody takes it.")
        return self._station("phone", "phone", _("The carer's phone"), text, hop, trace)

    # --- phone, room, ending --------------------------------------------------------------

    def answer(self, scene: Scene) -> Markup:
        """Say in the room who is coming; empty while nobody is."""
        card = scene.card
        if card is None or card.step in {"received", "paged"} or not card.who:
            return Markup()
        _ = self._words.gettext
        if card.minutes:
            return _("%(who)s is coming, about %(minutes)s minutes.", **_answer(scene))
        return _("%(who)s is coming.", who=card.who)

    def ending(self, scene: Scene) -> Markup:
        """Say how it ended."""
        endings = Endings(
            self._words, device=self.device, conclusion=self.conclusion, time=self.time
        )
        return endings.ending(scene)


def _answer(scene: Scene) -> dict[str, object]:
    card = scene.card
    assert card is not None
    return {"who": card.who, "minutes": card.minutes or "?"}
