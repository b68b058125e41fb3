# SPDX-FileCopyrightText: 2026 Tohuus contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an alarm says to a carer: title, reason, what could not be seen."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Final

from markupsafe import Markup

from caregiver_api import wire
from caregiver_api.alerts import overview
from design.language import Words


def N_(sentence: str) -> str:  # noqa: N802 - gettext's own name for "translate later"
    """Mark a sentence for the catalogues; it is translated where it is said."""
    return sentence


TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "help_call": N_("Help call"),
        "smoke": N_("Smoke alarm"),
        "carbon_monoxide": N_("Carbon monoxide alarm"),
        "fall_sensor": N_("Fall noticed"),
        "fall_wearable": N_("Fall noticed by the pendant"),
        "possible_fall": N_("Possible fall"),
        "inactivity": N_("No movement for a long time"),
        "not_seen": N_("Not seen since the gap"),
        "no_first_movement": N_("No movement this morning"),
        "stove_unattended": N_("Stove is still on"),
        "leak": N_("Water on the floor"),
        "bed_exit": N_("Out of bed at night, not back"),
        "door_at_night": N_("Out of the door at night, not back"),
        "heat": N_("Very warm in the flat"),
        "cold": N_("Very cold in the flat"),
        "kitchen_unused": N_("Kitchen unused for long"),
        "water_running": N_("Water has been running for long"),
        "medication_drawer": N_("Medicine drawer not opened"),
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
        "test_alarm": N_("Test alarm"),
        "hub_silent": N_("The flat is not heard any more"),
        "alert_unreadable": N_("An alarm cannot be read"),
    }
)

BANDS: Final = {"urgent": N_("Urgent"), "soon": N_("Soon"), "info": N_("Note")}

CLOSING: Final[Mapping[str, str]] = MappingProxyType(
    {
        "real": N_("Help was needed"),
        "resident_fine": N_("The resident was fine"),
        "false_alarm": N_("False alarm"),
        "test": N_("It was a test"),
        "cleared": N_("Repaired or explained"),
        "taken_back": N_("Taken back by the resident"),
    }
)
"""Reasons an alarm ends with; a carer chooses among `reasons_for`."""

WHY_BLIND: Final = {
    "silent": N_("the sensor is silent"),
    "stuck_on": N_("the sensor hangs"),
    "radio": N_("the radio is down"),
    "gap": N_("the hub was off"),
    "paused": N_("the resident paused sensing"),
    "no_sensor": N_("there is no sensor"),
    "unheard": N_("the sensor was not heard yet"),
}

ROOMS: Final = {
    "bath": N_("Bathroom"),
    "bedroom": N_("Bedroom"),
    "hall": N_("Hall"),
    "living": N_("Living room"),
    "kitchen": N_("Kitchen"),
}

ASKED_FIRST: Final = frozenset(
    {
        "fall_sensor",
        "fall_wearable",
        "possible_fall",
        "inactivity",
        "not_seen",
        "no_first_movement",
        "stove_unattended",
        "leak",
        "bed_exit",
        "door_at_night",
    }
)
TECHNICAL: Final = frozenset(
    {
        "sensor_silent",
        "stuck_on",
        "battery_low",
        "radio_down",
        "power_was_off",
        "clock_untrusted",
        "storage_full",
        "row_quarantined",
        "hub_silent",
    }
)


def title(kind: str, words: Words) -> Markup:
    """Name a kind of alarm; a kind from a newer hub is shown by its wire name."""
    known = TITLES.get(kind)
    return words.gettext(known) if known else Markup.escape(kind.replace("_", " "))


def room(alert: overview.Card, words: Words) -> Markup:
    """Name the alarm's room as the flat names it; empty when it concerns the whole flat."""
    if alert.room is None:
        return Markup()
    return Markup.escape(alert.room_name) if alert.room_name else place(alert.room, words)


def place(room_id: str, words: Words) -> Markup:
    """Name a room of which only the identifier is known."""
    known = ROOMS.get(room_id)
    return words.gettext(known) if known else Markup.escape(room_id)


def reasons_for(alert: overview.Card) -> tuple[str, ...]:
    """Return the reasons a carer can close this alarm with."""
    if alert.test or alert.kind == "test_alarm":
        return ("test",)
    if alert.kind in TECHNICAL:
        return ("cleared", "false_alarm")
    return ("real", "resident_fine", "false_alarm")


def why(alert: overview.Card, words: Words, tz: tzinfo) -> list[Markup]:
    """Say why this alarm came: what was noticed, what was tried before, what is uncertain."""
    _ = words.gettext
    said = [_reason(alert, words)]
    if "seen_utc_s" in alert.detail:
        at = datetime.fromtimestamp(float(alert.detail["seen_utc_s"]), tz)
        said.append(_("Last noticed at %(time)s.", time=words.time(at)))
    if alert.count > 1:
        said.append(words.ngettext("Called once.", "Called %(n)s times.", alert.count))
    if alert.kind in ASKED_FIRST and not alert.test:
        if alert.detail.get("asked") == "no":
            said.append(_("Nobody could be asked in that room."))
        elif alert.flat_phase == "paged":
            said.append(_("The flat asked and got no answer."))
    if alert.detail.get("cut") == "yes":
        said.append(_("The stove was switched off by its cut-off."))
    if alert.flat_phase == "answered":
        said.append(_("The resident answered: I am fine."))
    if alert.late:
        said.append(_("Noticed late: the hub was off in between."))
    if alert.uncertain:
        said.append(_("The time is uncertain: the flat's clock is not right."))
    return said


def blind(spot: wire.BlindSpot, words: Words, tz: tzinfo) -> Markup:
    """Say what could not be seen, since when, and why."""
    _ = words.gettext
    if spot.room is None:
        where = _("Whole flat")
    else:
        where = Markup.escape(spot.room_name) if spot.room_name else place(spot.room, words)
    reason = _(WHY_BLIND[spot.why]) if spot.why in WHY_BLIND else Markup.escape(spot.why)
    if spot.since_utc_s is None:
        if spot.device:
            return _("%(room)s is not fully seen: %(why)s", room=where, why=reason)
        return _("%(room)s cannot be seen: %(why)s", room=where, why=reason)
    at = words.time(datetime.fromtimestamp(spot.since_utc_s, tz))
    if spot.device:
        # One device of several: others may still see the room.
        return _(
            "%(room)s is not fully seen since %(time)s: %(why)s", room=where, time=at, why=reason
        )
    return _("%(room)s cannot be seen since %(time)s: %(why)s", room=where, time=at, why=reason)


def _reason(alert: overview.Card, words: Words) -> Markup:
    _ = words.gettext
    detail = alert.detail

    def span(key: str) -> Markup:
        return words.span(float(detail.get(key, 0.0)))

    simple: Mapping[str, str] = {
        "help_call": N_("Somebody pulled the cord or pressed the help button."),
        "smoke": N_("The smoke alarm in the flat sounds."),
        "carbon_monoxide": N_("The carbon monoxide alarm in the flat sounds."),
        "fall_sensor": N_("The fall sensor reports a person on the floor."),
        "fall_wearable": N_("The pendant reports a fall."),
        "no_first_movement": N_("Nothing has moved this morning, later than usual."),
        "leak": N_("The water sensor is wet."),
        "clock_untrusted": N_("The flat has no certain time; alarms work all the same."),
        "storage_full": N_("The hub keeps alarms going and drops ordinary entries."),
        "sensor_silent": N_("A sensor has not been heard for too long."),
        "medication_drawer": N_(
            "The drawer was not opened in the chosen hours; what was taken nobody knows."
        ),
        "test_alarm": N_("Somebody tests the whole chain. Nobody is in need."),
        "alert_unreadable": N_(
            "An alarm from this flat is damaged here. Telephone there, or go and look."
        ),
        "hub_silent": N_("No sign from the hub: alarms from there would not arrive now."),
    }
    measured: Mapping[str, Callable[[], Markup]] = {
        "inactivity": lambda: _("No movement anywhere for %(span)s.", span=span("still_s")),
        "not_seen": lambda: (
            _("The pause of sensing ran out; nothing was noticed since.")
            if detail.get("reason") == "private"
            else _("The hub was off; nothing was noticed since it is back.")
        ),
        "stove_unattended": lambda: _(
            "The stove is on and nobody has been in the kitchen for %(span)s.",
            span=span("alone_s"),
        ),
        "bed_exit": lambda: _("Out of bed for %(span)s at night.", span=span("out_s")),
        "door_at_night": lambda: _("Out of the flat for %(span)s at night.", span=span("out_s")),
        "stuck_on": lambda: _(
            "A motion sensor has reported movement without a break for %(span)s.",
            span=span("on_s"),
        ),
        "radio_down": lambda: _("A radio has not worked for %(span)s.", span=span("down_s")),
        "battery_low": lambda: _(
            "The battery is at %(n)s percent.", n=round(float(detail.get("charge_pct", 5)))
        ),
        "power_was_off": lambda: _("The hub was off; what happened meanwhile is unknown."),
        "heat": lambda: _degrees(detail, words),
        "cold": lambda: _degrees(detail, words),
        "kitchen_unused": lambda: _(
            "At home and up, but nothing was used in the kitchen for a waking day; a reminder at"
            " home changed nothing."
        ),
        "water_running": lambda: _(
            "A tap had been running for %(span)s when the resident was told, and still runs.",
            span=span("runs_s"),
        ),
        "activity_drift": lambda: _habit(
            detail,
            _("The last week was far livelier than the weeks before."),
            _("The last week was far quieter than the weeks before."),
        ),
        "night_visits_drift": lambda: _(
            "In the last %(n)s nights about %(now)s bathroom visits a night,"
            " before about %(before)s.",
            n=round(float(detail.get("days", 7))),
            now=round(float(detail.get("now", 0))),
            before=round(float(detail.get("before", 0))),
        ),
        "unusual_day": lambda: _habit(
            detail,
            _("One day was far livelier than the resident's other days."),
            _("One day was far quieter than the resident's other days."),
        ),
        "row_quarantined": lambda: _put_aside(detail, words),
        "possible_fall": lambda: (
            _("In the bathroom for %(span)s, longer than usual.", span=span("stay_s"))
            if detail.get("reason") == "stay"
            else _("Movement, then none at all for %(span)s.", span=span("still_s"))
        ),
    }
    if alert.kind in measured:
        return measured[alert.kind]()
    if alert.kind in simple:
        return _(simple[alert.kind])
    return _("The flat reports this; this app does not know the kind yet.")


CALLS: Final = frozenset({"HelpPressed", "FallSensed", "HazardSensed"})
"""Events of the hub by which somebody may be in need."""


def _put_aside(detail: Mapping[str, str | float], words: Words) -> Markup:
    """Say what broke in the hub, and what is to be done."""
    _ = words.gettext
    if detail.get("event") in CALLS:
        return _("A call from the flat could not be read. Phone there, or go and see.")
    if "deadline" in detail:
        return _("One rule failed and rests for a day; help calls go on. Tell the technician.")
    if "file" in detail:
        return _(
            "A damaged file (%(file)s) was replaced; sensors may have to be joined again."
            " Tell the technician.",
            file=detail["file"],
        )
    return _("An entry could not be read and was put aside. Tell the technician.")


def _habit(detail: Mapping[str, str | float], more: Markup, less: Markup) -> Markup:
    return more if detail.get("way") == "more" else less


def _degrees(detail: Mapping[str, str | float], words: Words) -> Markup:
    value = round(float(detail.get("temperature_c", 0.0)))
    return words.gettext("It is %(n)s degrees in the room.", n=value)
